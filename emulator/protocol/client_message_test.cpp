#include "emulator/protocol/client_message.hpp"

#include <gtest/gtest.h>

#include "emulator/protocol/close.hpp"

namespace reprise::emulator {
namespace {

template <class T>
T parsed(std::string_view frame) {
  auto message = parse_client_message(frame);
  if (!message) ADD_FAILURE() << message.error().reason;
  return message ? std::get<T>(std::move(*message)) : T{};
}

struct RefusedCase {
  const char* name;
  const char* frame;
  const char* reason;  // how the reason begins
};
class Refused : public testing::TestWithParam<RefusedCase> {};

TEST_P(Refused, Closes1007WithGooglesWords) {
  const auto message = parse_client_message(GetParam().frame);
  ASSERT_FALSE(message.has_value());
  EXPECT_EQ(message.error().code, 1007);
  EXPECT_TRUE(message.error().reason.starts_with(GetParam().reason)) << message.error().reason;
  EXPECT_LE(message.error().reason.size(), close_with::kReasonBytesMax);
}

INSTANTIATE_TEST_SUITE_P(
    Frames, Refused,
    testing::Values(
        RefusedCase{"NotJson", "hello", "Invalid JSON"}, RefusedCase{"AList", "[]", "Invalid JSON"},
        RefusedCase{"NoKey", "{}", "Request contains an invalid argument."},
        RefusedCase{"TwoKeys", R"({"clientContent":{},"realtimeInput":{}})",
                    "Request contains an invalid argument."},
        RefusedCase{"UnknownTop", R"({"hello":{}})",
                    "Invalid JSON payload received. Unknown name \"hello\""},
        RefusedCase{"UnknownField", R"({"setup":{"modle":"models/x"}})",
                    "Invalid JSON payload received. Unknown name \"modle\" at 'setup'"},
        RefusedCase{"UnknownDeep", R"({"setup":{"generationConfig":{"stopSequences":[]}}})",
                    "Invalid JSON payload received. Unknown name \"stopSequences\" at "
                    "'setup.generation_config'"},
        RefusedCase{"Mistyped", R"({"setup":{"generationConfig":{"temperature":"warm"}}})",
                    "Invalid value at 'setup.generation_config.temperature' (TYPE_FLOAT)"},
        RefusedCase{
            "WrongEnum", R"({"setup":{"generationConfig":{"responseModalities":["SOUND"]}}})",
            "Invalid value at 'setup.generation_config.response_modalities[0]' (TYPE_ENUM)"},
        RefusedCase{"NullHandle", R"({"setup":{"sessionResumption":{"handle":null}}})",
                    "Invalid value at 'setup.session_resumption.handle' (TYPE_STRING), null"},
        RefusedCase{"NotAWhole", R"({"setup":{"generationConfig":{"seed":1.5}}})",
                    "Invalid value at 'setup.generation_config.seed' (TYPE_INT32)"},
        RefusedCase{"TooLarge", R"({"setup":{"generationConfig":{"seed":"4294967296"}}})",
                    "Invalid value at 'setup.generation_config.seed' (TYPE_INT32)"},
        RefusedCase{"Twice", R"({"clientContent":{"turn_complete":true,"turnComplete":true}})",
                    "Invalid value at 'client_content.turn_complete': set twice."},
        RefusedCase{"BadBase64",
                    R"({"realtimeInput":{"audio":{"data":"***","mimeType":"audio/pcm"}}})",
                    "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES)"},
        RefusedCase{"NotPcm",
                    R"({"realtimeInput":{"audio":{"data":"AAAA","mimeType":"audio/mp3"}}})",
                    "Invalid value at 'realtime_input.audio.mime_type'"},
        RefusedCase{"SillyRate",
                    R"({"realtimeInput":{"audio":{"data":"AAAA","mimeType":"audio/pcm;rate=1"}}})",
                    "Invalid value at 'realtime_input.audio.mime_type'"},
        RefusedCase{"MediaChunks", R"({"realtimeInput":{"mediaChunks":[]}})",
                    "realtime_input.media_chunks is deprecated."},
        RefusedCase{"MediaChunksSnake", R"({"realtime_input":{"media_chunks":[]}})",
                    "realtime_input.media_chunks is deprecated."},
        RefusedCase{"WrongRole", R"({"clientContent":{"turns":[{"role":"system"}]}})",
                    "Please use a valid role"},
        RefusedCase{"ResultNotAnObject",
                    R"({"toolResponse":{"functionResponses":[{"id":"1","response":[1]}]}})",
                    "Invalid value at 'tool_response.function_responses[0].response' "
                    "(type.googleapis.com/google.protobuf.Struct)"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ClientMessage, ReadsSoundAndItsRate) {
  const auto input = parsed<RealtimeInput>(
      R"({"realtimeInput":{"audio":{"data":"AQID","mimeType":"audio/pcm;rate=48000"}}})");
  EXPECT_EQ(input.audio->rate_hz, 48'000);
  EXPECT_EQ(input.audio->data, (Bytes{std::byte{1}, std::byte{2}, std::byte{3}}));
  EXPECT_EQ(
      parsed<RealtimeInput>(R"({"realtimeInput":{"audio":{"data":"","mimeType":"audio/pcm"}}})")
          .audio->rate_hz,
      16'000);
}

TEST(ClientMessage, AcceptsSnakeCaseUrlSafeBase64AndNoPadding) {
  const auto input = parsed<RealtimeInput>(
      R"({"realtime_input":{"video":{"data":"-_8","mime_type":"image/jpeg"},"audio_stream_end":false}})");
  EXPECT_EQ(input.video->data, (Bytes{std::byte{0xfb}, std::byte{0xff}}));
  EXPECT_FALSE(input.audio_stream_end);
}

TEST(ClientMessage, AcceptsSeveralArmsInOneFrame) {
  const auto input = parsed<RealtimeInput>(
      R"({"realtimeInput":{"activityStart":{},"audio":{"data":"AAA=","mimeType":"audio/pcm"},"text":"hi","activityEnd":{},"audioStreamEnd":true}})");
  EXPECT_TRUE(input.activity_start && input.activity_end && input.audio_stream_end);
  EXPECT_EQ(input.text, "hi");
  EXPECT_TRUE(input.audio.has_value());
}

TEST(ClientMessage, TakesTheLastTurnOfThePersonAndKeepsTheLastPicture) {
  const auto content = parsed<ClientContent>(R"({"clientContent":{"turns":[
      {"role":"user","parts":[{"text":"Hello"},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]},
      {"role":"model","parts":[{"text":"Yes?"}]},
      {"parts":[{"text":"count"},{"inlineData":{"mimeType":"image/jpeg","data":"AQ=="}},{"text":"to three"}]},
      {"role":"user","parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AA=="}}]},
      {"role":"model","parts":[{"text":"One"}]}],
      "turnComplete":true}})");
  EXPECT_EQ(content.user_text, "count to three");
  EXPECT_EQ(content.all_text, "Hello Yes? count to three One");
  EXPECT_EQ(content.picture->mime_type, "image/jpeg");
  EXPECT_TRUE(content.turn_complete);
  EXPECT_FALSE(parsed<ClientContent>(R"({"clientContent":{}})").turn_complete);
}

TEST(ClientMessage, AcceptsSchedulingBesideAndInsideTheResponse) {
  const auto response = parsed<ToolResponse>(R"({"toolResponse":{"functionResponses":[
      {"id":"a","name":"f","response":{"scheduling":"SILENT","output":{}}},
      {"id":"b","name":"f","response":{},"scheduling":"INTERRUPT"}]}})");
  EXPECT_EQ(response.ids, (std::vector<std::string>{"a", "b"}));
}

TEST(ClientMessage, TurnsNumbersInStringsIntoNumbers) {
  const auto message = parsed<SetupMessage>(
      R"({"setup":{"context_window_compression":{"trigger_tokens":"100000","slidingWindow":{}},"generationConfig":{"seed":"7"}}})");
  EXPECT_EQ(message.setup.at("contextWindowCompression").at("triggerTokens").as_int64(), 100'000);
  EXPECT_EQ(message.setup.at("generationConfig").at("seed").as_int64(), 7);
}

TEST(ClientMessage, LeavesSchemasOfFunctionsAsTheyAre) {
  const auto message = parsed<SetupMessage>(
      R"({"setup":{"tools":[{"functionDeclarations":[{"name":"f","parameters":{"any_thing":null},"behavior":"NON_BLOCKING"}]},{"googleSearch":{}}]}})");
  EXPECT_TRUE(message.setup.at("tools")
                  .at(0)
                  .at("functionDeclarations")
                  .at(0)
                  .at("parameters")
                  .as_object()
                  .contains("any_thing"));
}

TEST(CloseReason, IsCutAtAWholeCharacter) {
  const std::string text = std::string(122, 'a') + "é";
  EXPECT_EQ(close_with::reason(1007, text).reason, std::string(122, 'a'));
}

}  // namespace
}  // namespace reprise::emulator
