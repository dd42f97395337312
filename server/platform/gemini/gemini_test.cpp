#include "platform/gemini/gemini.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/run_alone.hpp"

namespace reprise::gemini {
namespace {

const LiveSettings kSettings{
    .model = "gemini-3.8-live", .voice = "Kore", .instruction = "Be brief."};

/// A setup without what varies: instruction and resumption.
boost::json::object common() {
  return boost::json::parse(R"({
    "model": "models/gemini-3.8-live",
    "generationConfig": {"responseModalities": ["AUDIO"],
      "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}},
    "inputAudioTranscription": {}, "outputAudioTranscription": {},
    "contextWindowCompression": {"slidingWindow": {}}})")
      .as_object();
}

struct SetupCase {
  const char* name;
  std::optional<ResumptionHandle> resume_from;
  const char* instruction;
  const char* want;  ///< beside what is common
};
class TokenRequestTest : public testing::TestWithParam<SetupCase> {};
TEST_P(TokenRequestTest, HoldsTheWholeSetupAndNoMask) {
  LiveSettings settings = kSettings;
  settings.instruction = GetParam().instruction;
  const auto body =
      boost::json::parse(token_request(settings, GetParam().resume_from, 1'764'000'000'000'000'000))
          .as_object();
  EXPECT_EQ(body.size(), 4U) << body;
  EXPECT_EQ(body.at("uses"), 1);
  EXPECT_EQ(body.at("newSessionExpireTime"), "2025-11-24T16:01:00.000Z");
  EXPECT_EQ(body.at("expireTime"), "2025-11-24T16:30:00.000Z");
  boost::json::object want = common();
  for (const auto& [name, value] : boost::json::parse(GetParam().want).as_object()) {
    want[name] = value;
  }
  EXPECT_EQ(body.at("bidiGenerateContentSetup"), boost::json::value(want));
}
INSTANTIATE_TEST_SUITE_P(
    Sockets, TokenRequestTest,
    testing::Values(
        SetupCase{"First", std::nullopt, "Be brief.",
                  R"({"systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
                      "sessionResumption": {}})"},
        SetupCase{"Further", ResumptionHandle("Cih+/="), "Be brief.",
                  R"({"systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
                      "sessionResumption": {"handle": "Cih+/="}})"},
        SetupCase{"WithoutInstruction", std::nullopt, "", R"({"sessionResumption": {}})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiTest, TheSdkFormSaysTheSame) {
  const auto want = boost::json::parse(R"({
    "responseModalities": ["AUDIO"],
    "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    "systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
    "inputAudioTranscription": {}, "outputAudioTranscription": {},
    "contextWindowCompression": {"slidingWindow": {}},
    "sessionResumption": {}})");
  EXPECT_EQ(boost::json::value(sdk_config(kSettings)), want);
}

Task<Result<PostAnswer>> answer_with(Result<PostAnswer> answer) { co_return answer; }

struct MintCase {
  const char* name;
  Result<PostAnswer> answer;
  std::string want;  ///< token, or type of the error
};
class MintTest : public testing::TestWithParam<MintCase> {};
TEST_P(MintTest, AnswersWithATokenOrSaysWhyNot) {
  std::string asked;
  const Gemini gemini(
      "http://localhost:8081", "emulator-key", kSettings,
      [&](const std::string& url, const std::string& key, const std::string&, Deadline) {
        asked = url + " " + key;
        return answer_with(GetParam().answer);
      });
  const auto token = run_alone(gemini.mint(std::nullopt));
  EXPECT_EQ(asked, "http://localhost:8081/v1beta/auth_tokens emulator-key");
  EXPECT_EQ(token ? token->token : token.error().type, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Answers, MintTest,
    testing::Values(MintCase{"Token", PostAnswer{200, R"({"name":"auth_tokens/ab","uses":1})"},
                             "auth_tokens/ab"},
                    MintCase{"BadKey", PostAnswer{400, R"({"error":{"message":"secret"}})"},
                             "model-refused"},
                    MintCase{"NoToken", PostAnswer{200, "{}"}, "model-unreachable"},
                    MintCase{"NotJson", PostAnswer{200, "<html>"}, "model-unreachable"},
                    MintCase{"Nobody", fail(ErrorCode::UpstreamRefused, "x"), "model-unreachable"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::gemini
