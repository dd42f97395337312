#include "platform/gemini/gemini.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/run_alone.hpp"

namespace reprise::gemini {
namespace {

const LiveSettings kSettings{
    .model = "gemini-3.8-live", .voice = "Kore", .instruction = "Be brief."};

/// A setup without its variable parts, instruction and resumption.
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
  const char* want;  ///< in addition to the common part
  History history = History::None;
};
class TokenRequestTest : public testing::TestWithParam<SetupCase> {};
TEST_P(TokenRequestTest, HoldsTheWholeSetupAndNoMask) {
  LiveSettings settings = kSettings;
  settings.instruction = GetParam().instruction;
  const auto body = boost::json::parse(token_request(settings, GetParam().resume_from,
                                                     GetParam().history, 1'764'000'000'000'000'000))
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
        SetupCase{"WithoutInstruction", std::nullopt, "", R"({"sessionResumption": {}})"},
        SetupCase{"HistoryFirst", std::nullopt, "",
                  R"({"sessionResumption": {},
                      "historyConfig": {"initialHistoryInClientContent": true}})",
                  History::First},
        SetupCase{"FurtherKnowsTheHistory", ResumptionHandle("h"), "",
                  R"({"sessionResumption": {"handle": "h"}})", History::First}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiTest, TheFormOfTheSdkGivesTheSameRequest) {
  const auto want = boost::json::parse(R"({
    "responseModalities": ["AUDIO"],
    "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    "systemInstruction": {"parts": [{"text": "Be brief."}], "role": "user"},
    "inputAudioTranscription": {}, "outputAudioTranscription": {},
    "contextWindowCompression": {"slidingWindow": {}},
    "sessionResumption": {}})");
  EXPECT_EQ(boost::json::value(sdk_config(kSettings)), want);
}

using Answer = std::expected<http::ClientResponse, http::FetchError>;

/// A service that answers by a script and keeps the requests.
class FakeService {
 public:
  explicit FakeService(std::vector<Answer> answers) : answers_(std::move(answers)) {}
  Send send() {
    return [this](http::ClientRequest request) {
      asked.push_back(std::move(request));
      return give(answers_[std::min(asked.size(), answers_.size()) - 1]);
    };
  }
  std::string time_in_request(std::size_t index) const {
    return std::string(
        boost::json::parse(asked[index].body).at("newSessionExpireTime").as_string());
  }
  std::vector<http::ClientRequest> asked;

 private:
  static Task<Answer> give(Answer answer) { co_return answer; }
  std::vector<Answer> answers_;
};

http::ClientResponse dated(int status, std::string body, const char* date) {
  http::ClientResponse answer{.status = status, .body = std::move(body)};
  answer.headers.add("Date", date);
  return answer;
}

constexpr const char* kToken = R"({"name":"auth_tokens/ab","uses":1})";
constexpr const char* kTooEarly =
    R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"expire_time is in the past"}})";
constexpr std::int64_t kNow = 1'764'000'000'000'000'000;  // 2025-11-24T16:00:00Z

Gemini gemini_at(FakeService& service) {
  return {
      {.base_url = "http://localhost:8081", .key = "emulator-key"}, kSettings, service.send(), [] {
        return kNow;
      }};
}

struct MintCase {
  const char* name;
  Answer answer;
  std::string want;  ///< "token", or the type of the error
};
class MintTest : public testing::TestWithParam<MintCase> {};
TEST_P(MintTest, AnswersWithATokenOrSaysWhyNot) {
  FakeService service({GetParam().answer});
  Gemini gemini = gemini_at(service);
  const auto token = run_alone(gemini.mint(std::nullopt));
  ASSERT_EQ(service.asked.size(), 1U);
  EXPECT_EQ(service.asked[0].url, "http://localhost:8081/v1beta/auth_tokens");
  EXPECT_EQ(service.asked[0].headers.find("x-goog-api-key"), "emulator-key");
  EXPECT_EQ(token ? token->token : token.error().type, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Answers, MintTest,
    testing::Values(
        MintCase{"Token", http::ClientResponse{.status = 200, .body = kToken}, "auth_tokens/ab"},
        MintCase{
            "BadKey",
            http::ClientResponse{
                .status = 400,
                .body =
                    R"({"error":{"status":"INVALID_ARGUMENT","message":"API key not valid."}})"},
            "model-key-wrong"},
        MintCase{"NoToken", http::ClientResponse{.status = 200, .body = "{}"},
                 "model-answer-foreign"},
        MintCase{"EmptyToken", http::ClientResponse{.status = 200, .body = R"({"name":""})"},
                 "model-answer-foreign"},
        MintCase{"NotJson", http::ClientResponse{.status = 200, .body = "<html>"},
                 "model-answer-foreign"},
        MintCase{"Nobody", std::unexpected(http::FetchError{http::FetchFault::Refused, "x"}),
                 "model-unreachable"}),
    [](const auto& tested) { return tested.param.name; });

TEST(GeminiTest, ListsTheModelsThatTalkAfterItsOwn) {
  const auto model = [](const char* name, const char* method) {
    return fmt::format(R"({{"name":"{}","supportedGenerationMethods":["{}"]}})", name, method);
  };
  const std::string list = fmt::format(R"({{"models":[{},{},{},{{"name":"models/none"}},7]}})",
                                       model("models/live-b", "bidiGenerateContent"),
                                       model("models/text", "generateContent"),
                                       model("models/../x", "bidiGenerateContent"));
  FakeService service({http::ClientResponse{.status = 200, .body = list},
                       http::ClientResponse{.status = 200, .body = "<html>"},
                       http::ClientResponse{.status = 403, .body = list},
                       std::unexpected(http::FetchError{http::FetchFault::Refused, "x"})});
  Gemini gemini = gemini_at(service);
  const auto listed = run_alone(gemini.models(Deadline::never()));
  ASSERT_TRUE(listed);
  EXPECT_THAT(*listed, testing::ElementsAre("gemini-3.8-live", "live-b"));
  EXPECT_EQ(service.asked[0].url, "http://localhost:8081/v1beta/models?pageSize=1000");
  EXPECT_EQ(service.asked[0].headers.find("x-goog-api-key"), "emulator-key");
  for (int times = 0; times < 3; ++times) {
    EXPECT_FALSE(run_alone(gemini.models(Deadline::never())));
  }
}

TEST(GeminiTest, ARefusalNamesTheModelThatWasAskedFor) {
  FakeService service({http::ClientResponse{
      .status = 404,
      .body = R"({"error":{"code":404,"status":"NOT_FOUND","message":"models/x is not found"}})"}});
  Gemini gemini = gemini_at(service);
  LiveSettings other = kSettings;
  other.model = "of-the-study";
  const auto token = run_alone(gemini.mint(other, std::nullopt, History::None));
  EXPECT_THAT(token.error().client_message, testing::HasSubstr("of-the-study"));
}

struct ClockDiffersCase {
  const char* name;
  std::vector<Answer> answers;
  std::size_t asked;
  const char* opens_until;  ///< from the last request
  std::chrono::seconds ahead;
};
class MintClockTest : public testing::TestWithParam<ClockDiffersCase> {};
TEST_P(MintClockTest, TakesTheTimesOfTheService) {
  FakeService service(GetParam().answers);
  Gemini gemini = gemini_at(service);
  const auto token = run_alone(gemini.mint(std::nullopt));
  EXPECT_EQ(service.asked.size(), GetParam().asked);
  EXPECT_EQ(service.time_in_request(service.asked.size() - 1), GetParam().opens_until);
  EXPECT_EQ(gemini.clock_ahead(), GetParam().ahead);
  if (token) EXPECT_EQ(token->expires_utc_ns, kNow + 30 * 60 * 1'000'000'000LL);  // our own clock
}
INSTANTIATE_TEST_SUITE_P(
    Clocks, MintClockTest,
    testing::Values(ClockDiffersCase{"Same",
                                     {dated(200, kToken, "Mon, 24 Nov 2025 16:00:00 GMT")},
                                     1,
                                     "2025-11-24T16:01:00.000Z",
                                     std::chrono::seconds(0)},
                    ClockDiffersCase{"OursTwoMinutesSlowIsRefusedFirst",
                                     {dated(400, kTooEarly, "Mon, 24 Nov 2025 16:02:00 GMT"),
                                      dated(200, kToken, "Mon, 24 Nov 2025 16:02:00 GMT")},
                                     2,
                                     "2025-11-24T16:03:00.500Z",
                                     std::chrono::seconds(-120)},
                    ClockDiffersCase{"OursTwoMinutesSlowGetsADeadTokenFirst",
                                     {dated(200, kToken, "Mon, 24 Nov 2025 16:02:00 GMT")},
                                     2,
                                     "2025-11-24T16:03:00.500Z",
                                     std::chrono::seconds(-120)},
                    ClockDiffersCase{"RefusedTwiceIsEnough",
                                     {dated(400, kTooEarly, "Mon, 24 Nov 2025 16:02:00 GMT")},
                                     2,
                                     "2025-11-24T16:03:00.500Z",
                                     std::chrono::seconds(-120)},
                    ClockDiffersCase{"AStrangersDateIsNotBelieved",
                                     {dated(200, "<html>", "Mon, 24 Nov 2025 18:00:00 GMT")},
                                     1,
                                     "2025-11-24T16:01:00.000Z",
                                     std::chrono::seconds(0)}),
    [](const auto& tested) { return tested.param.name; });

TEST(MintQuotaTest, RemembersWhenToTryAgain) {
  std::int64_t now = kNow;
  FakeService service({http::ClientResponse{
      .status = 429,
      .body =
          R"({"error":{"status":"RESOURCE_EXHAUSTED","message":"Quota.","details":[{"retryDelay":"27s"}]}})"}});
  Gemini gemini({.base_url = "http://localhost:8081", .key = "k"}, kSettings, service.send(),
                [&now] { return now; });
  EXPECT_EQ(gemini.retry_after(), std::nullopt);
  EXPECT_EQ(run_alone(gemini.mint(std::nullopt)).error().type, "model-quota");
  EXPECT_EQ(gemini.retry_after(), std::chrono::seconds(27));
  now += 26'500'000'000;
  EXPECT_EQ(gemini.retry_after(), std::chrono::seconds(1));
  now += 1'000'000'000;
  EXPECT_EQ(gemini.retry_after(), std::nullopt);
}

TEST(MintSecretsTest, NoWordRepeatsKeyOrHandle) {
  const std::string handle = "a-handle-0123456789";
  FakeService service({http::ClientResponse{
      .status = 400,
      .body =
          R"({"error":{"status":"INVALID_ARGUMENT","message":"no a-handle-0123456789 for emulator-key"}})"}});
  Gemini gemini = gemini_at(service);
  const auto token = run_alone(gemini.mint(ResumptionHandle(handle)));
  ASSERT_FALSE(token.has_value());
  for (const std::string& text : {token.error().client_message, token.error().log_detail}) {
    EXPECT_THAT(text, testing::HasSubstr("no … for …"));
  }
  EXPECT_THAT(service.asked[0].body, testing::HasSubstr(handle));
}

}  // namespace
}  // namespace reprise::gemini
