#include "emulator/protocol/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "emulator/protocol/models.hpp"
#include "emulator/protocol/server_message.hpp"

namespace reprise::emulator {
namespace {

TEST(Pretty, IsWhatGoogleSends) {
  EXPECT_EQ(server_message::setup_complete(), "{\n  \"setupComplete\": {}\n}\n");
  EXPECT_EQ(pretty(boost::json::parse(R"({"a":[1,{"b":"x\ny"}],"c":[],"d":null})")),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\ny\"\n    }\n  ],\n  \"c\": [],\n"
            "  \"d\": null\n}\n");
}

TEST(Names, GoBothWays) {
  for (const auto& [snake, camel] : std::vector<std::pair<std::string, std::string>>{
           {"generation_config", "generationConfig"}, {"top_p", "topP"}, {"model", "model"}}) {
    EXPECT_EQ(lower_camel(snake), camel);
    EXPECT_EQ(lower_camel(camel), camel);
    EXPECT_EQ(lower_snake(camel), snake);
  }
}

TEST(Base64, BothAlphabetsAreReadWithAndWithoutPadding) {
  const Bytes want{std::byte{0xfb}, std::byte{0xff}};
  for (const char* text : {"+/8=", "-_8=", "+/8", "-_8"}) EXPECT_EQ(any_base64(text), want) << text;
  for (const char* text : {"*", "a", "=", "aa=a"}) EXPECT_FALSE(any_base64(text)) << text;
  EXPECT_EQ(any_base64(""), Bytes{});
}

TEST(ServerMessage, HoldsSoundAsLittleEndian) {
  const std::vector<std::int16_t> pcm{1, -2};
  const auto message = boost::json::parse(server_message::audio(pcm));
  const auto& data = message.at("serverContent").at("modelTurn").at("parts").at(0).at("inlineData");
  EXPECT_EQ(data.at("data"), "AQD+/w==");
  EXPECT_EQ(data.at("mimeType"), "audio/pcm;rate=24000");
}

TEST(ServerMessage, CountsAreInTheLastOne) {
  const auto message = boost::json::parse(server_message::turn_complete(
      {.prompt_text = 3, .prompt_audio = 50, .response_audio = 20}, true));
  EXPECT_EQ(message.at("serverContent"),
            boost::json::parse(R"({"turnComplete":true,"interactionStatus":"IDLE"})"));
  EXPECT_EQ(message.at("usageMetadata"), boost::json::parse(R"({"promptTokenCount":53,
      "responseTokenCount":20,"totalTokenCount":73,
      "promptTokensDetails":[{"modality":"TEXT","tokenCount":3},{"modality":"AUDIO","tokenCount":50}],
      "responseTokensDetails":[{"modality":"AUDIO","tokenCount":20}]})"));
}

TEST(ServerMessage, SaysTheTimeLeftAsADuration) {
  EXPECT_EQ(boost::json::parse(server_message::go_away(std::chrono::milliseconds(49'500))),
            boost::json::parse(R"({"goAway":{"timeLeft":"49.5s"}})"));
}

TEST(Models, ListTheDefaultOne) {
  EXPECT_NE(find_model("models/gemini-3.8-live"), nullptr);
  EXPECT_EQ(find_model("gemini-3.8-live"), nullptr);
  const auto list = boost::json::parse(models_json()).at("models").as_array();
  EXPECT_EQ(list[0].at("name"), "models/gemini-3.8-live");
  EXPECT_EQ(list[0].at("supportedGenerationMethods").at(0), "bidiGenerateContent");
}

}  // namespace
}  // namespace reprise::emulator
