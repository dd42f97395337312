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

std::vector<std::string> paths_of(std::string_view mask) {
  std::vector<std::string> paths(1);
  for (const char c : mask) {
    if (c == ',') {
      paths.emplace_back();
    } else {
      paths.back() += c;
    }
  }
  return paths;
}

TEST(GeminiTest, TheTokenIsLockedToTheWholeSetupButNotToResumption) {
  const auto body =
      boost::json::parse(token_request(kSettings, 1'764'000'000'000'000'000)).as_object();
  EXPECT_EQ(body.at("uses"), 1);
  EXPECT_EQ(body.at("newSessionExpireTime"), "2025-11-24T16:01:00.000Z");
  EXPECT_EQ(body.at("expireTime"), "2025-11-24T16:30:00.000Z");
  const auto want = boost::json::parse(R"({
    "model": "models/gemini-3.8-live",
    "generationConfig": {"responseModalities": ["AUDIO"],
      "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}},
    "systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
    "inputAudioTranscription": {}, "outputAudioTranscription": {},
    "contextWindowCompression": {"slidingWindow": {}}})");
  EXPECT_EQ(body.at("bidiGenerateContentSetup"), want);
}

TEST(GeminiTest, TheMaskNamesWhatIsSetAndWhatStaysEmpty) {
  const auto paths = paths_of(field_mask(kSettings));
  EXPECT_THAT(paths,
              testing::IsSupersetOf(
                  {"model", "generationConfig.responseModalities", "generationConfig.speechConfig",
                   "systemInstruction.parts", "systemInstruction.role", "inputAudioTranscription",
                   "outputAudioTranscription", "contextWindowCompression.slidingWindow", "tools",
                   "generationConfig.temperature", "realtimeInputConfig"}));
  EXPECT_THAT(paths, testing::Each(testing::Not(testing::StartsWith("sessionResumption"))));
  const std::set<std::string> unique(paths.begin(), paths.end());
  EXPECT_EQ(unique.size(), paths.size());
}

TEST(GeminiTest, WithoutAnInstructionThePathIsLockedEmpty) {
  LiveSettings silent = kSettings;
  silent.instruction.clear();
  EXPECT_FALSE(live_setup(silent).contains("systemInstruction"));
  EXPECT_FALSE(sdk_config(silent).contains("systemInstruction"));
  EXPECT_THAT(paths_of(field_mask(silent)), testing::Contains("systemInstruction"));
}

TEST(GeminiTest, TheSdkFormSaysTheSame) {
  const auto want = boost::json::parse(R"({
    "responseModalities": ["AUDIO"],
    "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    "systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
    "inputAudioTranscription": {}, "outputAudioTranscription": {},
    "contextWindowCompression": {"slidingWindow": {}}})");
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
  const auto token = run_alone(gemini.mint());
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
