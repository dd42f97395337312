#include "platform/gemini/refusal.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "platform/gemini/api_error.hpp"

namespace reprise::gemini {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKey = "AIzaSyD-not-a-real-key-0123456789abcdef";

Asked google() {
  return {.base_url = "https://generativelanguage.googleapis.com",
          .google = true,
          .model = "gemini-3.8-live",
          .proxy = "proxy.example:3128",
          .secrets = {kKey},
          .now_utc_ns = *parse_rfc3339("2026-11-24T10:00:00Z")};
}

/// Google's body for an error.
std::string body_of(int code, std::string_view status, std::string_view message,
                    std::string_view reason = {}, std::string_view more = {}) {
  std::string details;
  if (!reason.empty()) {
    details = fmt::format(
        R"({{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{}","domain":"googleapis.com"}})",
        reason);
  }
  if (!more.empty()) details += (details.empty() ? "" : ",") + std::string(more);
  return fmt::format(R"({{"error":{{"code":{},"message":"{}","status":"{}","details":[{}]}}}})",
                     code, message, status, details);
}

struct RefusalCase {
  const char* name;
  int status;
  std::string body;
  const char* type;
  const char* says;
};
class RefusalTest : public testing::TestWithParam<RefusalCase> {};
TEST_P(RefusalTest, IsToldInWords) {
  const Error error =
      refusal_of({.status = GetParam().status, .body = GetParam().body}, google()).error;
  EXPECT_EQ(error.code, ErrorCode::UpstreamRefused);
  EXPECT_EQ(error.type, GetParam().type);
  EXPECT_FALSE(title_of(error.type).empty());
  EXPECT_THAT(error.client_message, HasSubstr(GetParam().says));
  EXPECT_TRUE(error.client_message.ends_with('.')) << error.client_message;
  for (const std::string& text : {error.client_message, error.log_detail}) {
    EXPECT_THAT(text, Not(HasSubstr("AIza")));
    EXPECT_THAT(text, Not(HasSubstr("{")));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Answers, RefusalTest,
    testing::Values(
        RefusalCase{"WrongKey", 400,
                    body_of(400, "INVALID_ARGUMENT",
                            "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
                    "model-key-wrong",
                    "Google says: “API key not valid. Please pass a valid API key.” "
                    "(INVALID_ARGUMENT)."},
        RefusalCase{
            "WrongKeyWithoutReason", 400,
            body_of(400, "INVALID_ARGUMENT", "API Key not found. Please pass a valid API key."),
            "model-key-wrong", "REPRISE_GEMINI_KEY"},
        RefusalCase{
            "NoKey", 403,
            body_of(403, "PERMISSION_DENIED",
                    "Method doesn't allow unregistered callers (callers without established "
                    "identity)."),
            "model-key-wrong", "REPRISE_GEMINI_KEY"},
        RefusalCase{"Unauthenticated", 401,
                    body_of(401, "UNAUTHENTICATED", "Request had invalid credentials."),
                    "model-key-wrong", "REPRISE_GEMINI_KEY"},
        RefusalCase{"ExpiredKey", 400,
                    body_of(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.",
                            "API_KEY_INVALID"),
                    "model-key-expired", "has expired"},
        RefusalCase{"LeakedKey", 403,
                    body_of(403, "PERMISSION_DENIED",
                            "Your API key was reported as leaked. Please use another API key."),
                    "model-key-blocked", "became public"},
        RefusalCase{"Referrer", 403,
                    body_of(403, "PERMISSION_DENIED", "Requests from referer <empty> are blocked.",
                            "API_KEY_HTTP_REFERRER_BLOCKED"),
                    "model-key-restricted", "restricted"},
        RefusalCase{"Address", 403,
                    body_of(403, "PERMISSION_DENIED",
                            "The provided API key has an IP address restriction. The originating "
                            "IP address of the call (192.0.2.1) violates this restriction."),
                    "model-key-restricted", "192.0.2.1"},
        RefusalCase{"OtherApisOnly", 403,
                    body_of(403, "PERMISSION_DENIED",
                            "Requests to this API generativelanguage.googleapis.com method "
                            "CreateToken are blocked.",
                            "API_KEY_SERVICE_BLOCKED"),
                    "model-key-restricted", "restricted"},
        RefusalCase{"ApiDisabled", 403,
                    body_of(403, "PERMISSION_DENIED",
                            "Generative Language API has not been used in project 123 before or it "
                            "is disabled.",
                            "SERVICE_DISABLED"),
                    "model-api-disabled", "Enable the Generative Language API"},
        RefusalCase{
            "Location", 400,
            body_of(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
            "model-location", "User location is not supported"},
        RefusalCase{"FreeTier", 400,
                    body_of(400, "FAILED_PRECONDITION",
                            "Gemini API free tier is not available in your country. Please enable "
                            "billing on your project in Google AI Studio."),
                    "model-location", "not available in your country"},
        RefusalCase{"Quota", 429,
                    body_of(429, "RESOURCE_EXHAUSTED",
                            "You exceeded your current quota, please check your plan and billing "
                            "details.",
                            "RATE_LIMIT_EXCEEDED"),
                    "model-quota", "Try again in a minute"},
        RefusalCase{
            "Suspended", 403,
            body_of(403, "PERMISSION_DENIED", "Consumer has been suspended.", "CONSUMER_SUSPENDED"),
            "model-account", "billing"},
        RefusalCase{"UnknownModel", 404,
                    body_of(404, "NOT_FOUND",
                            "models/gemini-9 is not found for API version v1beta, or is not "
                            "supported for bidiGenerateContent."),
                    "model-unknown", "no model gemini-3.8-live"},
        RefusalCase{"Clock", 400,
                    body_of(400, "INVALID_ARGUMENT",
                            "Invalid value at 'new_session_expire_time': must be in the future."),
                    "model-clock", "times in our request"},
        RefusalCase{
            "UnknownField", 400,
            body_of(400, "INVALID_ARGUMENT",
                    "Invalid JSON payload received. Unknown name \\\"voyce\\\": Cannot find "
                    "field."),
            "model-request-refused", "Unknown name"},
        RefusalCase{
            "Mask", 400,
            body_of(400, "INVALID_ARGUMENT", "field_mask is invalid for BidiGenerateContentSetup"),
            "model-request-refused", "field_mask is invalid"},
        RefusalCase{"Overloaded", 503,
                    body_of(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
                    "model-busy", "Try again in a minute"},
        RefusalCase{"Internal", 500, body_of(500, "INTERNAL", "Internal error encountered."),
                    "model-busy", "Internal error"},
        RefusalCase{"InternalPage", 502, "<html>Error 502 (Server Error)!!1</html>", "model-busy",
                    "status 502"},
        RefusalCase{"OtherForbidden", 403,
                    body_of(403, "PERMISSION_DENIED", "Caller has no right."), "model-refused",
                    "Caller has no right"},
        RefusalCase{"SignInPage", 200, "<html>Welcome to our hotel</html>", "model-answer-foreign",
                    "sign-in page"},
        RefusalCase{"Redirect", 302, "", "model-answer-foreign", "status 302"},
        RefusalCase{"PageNotFound", 404, "404 page not found", "model-answer-foreign",
                    "generativelanguage.googleapis.com"},
        RefusalCase{"OtherJson", 200, R"({"ok":true})", "model-answer-foreign", "is not Google"},
        RefusalCase{"EmptyError", 400, R"({"error":{}})", "model-answer-foreign", "status 400"},
        RefusalCase{"EchoedKey", 400,
                    body_of(400, "INVALID_ARGUMENT",
                            "The key AIzaSyD-not-a-real-key-0123456789abcdef "
                            "is no key. Nor is AIzaOther123."),
                    "model-request-refused", "The key … is no key. Nor is …” (INVALID_ARGUMENT)."}),
    [](const auto& tested) { return tested.param.name; });

TEST(Refusal, TypesAndTitlesAreDistinct) {
  std::map<std::string, std::string> titles;
  for (const auto& [status, text] :
       std::vector<std::pair<int, std::string>>{{400, "api key not valid"},
                                                {400, "api key expired"},
                                                {403, "requests from referer x"},
                                                {403, "has not been used in project"},
                                                {400, "location is not supported"},
                                                {429, "x"},
                                                {404, "model"},
                                                {400, "expireTime"},
                                                {400, "x"},
                                                {500, "x"},
                                                {403, "x"}}) {
    const Error error =
        refusal_of({.status = status, .body = body_of(status, "S", text)}, google()).error;
    titles.emplace(title_of(error.type), error.type);
  }
  EXPECT_EQ(titles.size(), 11U);
  EXPECT_EQ(title_of("not-found"), "");
}

TEST(Refusal, TellsWhenToTryAgain) {
  const std::string retry =
      R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"26.2s"})";
  const Refusal refusal = refusal_of(
      {.status = 429, .body = body_of(429, "RESOURCE_EXHAUSTED", "Quota.", "", retry)}, google());
  EXPECT_EQ(refusal.retry_after, seconds(27));
  EXPECT_THAT(refusal.error.client_message, HasSubstr("Try again in 27 seconds."));
  http::ClientResponse answer{.status = 429, .body = body_of(429, "RESOURCE_EXHAUSTED", "Quota.")};
  answer.headers.add("Retry-After", "7200");
  EXPECT_EQ(refusal_of(answer, google()).retry_after, seconds(3600));  // at most an hour
  for (const char* text : {"", "soon", "-1", "1e400", "nan", "Tue, 24 Nov 2026 10:00:00 GMT"}) {
    answer.headers.set("Retry-After", text);
    const auto wait = refusal_of(answer, google()).retry_after;
    EXPECT_TRUE(!wait || *wait <= seconds(3600)) << text;
  }
}

TEST(Refusal, NamesTheClockWhenItDiffers) {
  Asked asked = google();
  asked.ahead = seconds(-125);
  const std::string body = body_of(400, "INVALID_ARGUMENT", "expire_time is in the past");
  EXPECT_THAT(refusal_of({.status = 400, .body = body}, asked).error.client_message,
              HasSubstr("is 2 minutes slow: set it right."));
  asked.ahead = seconds(90);
  EXPECT_THAT(refusal_of({.status = 400, .body = body}, asked).error.client_message,
              HasSubstr("is 90 seconds fast"));
}

TEST(Refusal, SpeaksOfTheEmulatorByItsAddress) {
  Asked asked = google();
  asked.google = false;
  asked.base_url = "http://localhost:8081";
  const Error error =
      refusal_of({.status = 400, .body = body_of(400, "INVALID_ARGUMENT", "API key not valid.")},
                 asked)
          .error;
  EXPECT_THAT(error.client_message, HasSubstr("The service at localhost:8081 does not know"));
  EXPECT_THAT(error.client_message, HasSubstr("It says: “API key not valid.”"));
  EXPECT_EQ(failure_of({http::FetchFault::Refused, "connect: x"}, asked).client_message,
            "Nothing answers at localhost:8081. Is it running?");
  EXPECT_THAT(refusal_of({.status = 200, .body = "<p>"}, asked).error.client_message,
              HasSubstr("is not the service at localhost:8081"));
}

struct FailureCase {
  const char* name;
  http::FetchError failure;
  const char* type;
  const char* says;
};
class FailureTest : public testing::TestWithParam<FailureCase> {};
TEST_P(FailureTest, IsToldInWords) {
  const Error error = failure_of(GetParam().failure, google());
  EXPECT_EQ(error.type, GetParam().type);
  EXPECT_FALSE(title_of(error.type).empty());
  EXPECT_THAT(error.client_message, HasSubstr(GetParam().says));
  EXPECT_THAT(error.client_message, testing::MatchesRegex(".*[.?]"));
  EXPECT_EQ(error.log_detail, GetParam().failure.detail);
}
using http::FetchFault;
INSTANTIATE_TEST_SUITE_P(
    Failures, FailureTest,
    testing::Values(
        FailureCase{"NoSuchName",
                    {FetchFault::NameUnknown, "resolve x"},
                    "model-name-unknown",
                    "No address is known for generativelanguage.googleapis.com"},
        FailureCase{"SlowNameServer",
                    {FetchFault::NameLate, "resolve x"},
                    "model-name-unknown",
                    "name server"},
        FailureCase{"ProxyName",
                    {FetchFault::NameUnknown, "resolve x", 0, true},
                    "model-name-unknown",
                    "proxy.example:3128 (the proxy)"},
        FailureCase{"Refused",
                    {FetchFault::Refused, "connect: x"},
                    "model-no-connection",
                    "accepts no connection"},
        FailureCase{"Dropped", {FetchFault::ConnectLate, "connect: x"}, "model-timeout", "in time"},
        FailureCase{"Silent", {FetchFault::AnswerLate, "read: x"}, "model-timeout", "in time"},
        FailureCase{"ProxyWantsLogin",
                    {FetchFault::Proxy, "p", 407, true},
                    "model-proxy",
                    "name and a password"},
        FailureCase{
            "ProxyForbids", {FetchFault::Proxy, "p", 403, true}, "model-proxy", "(status 403)"},
        FailureCase{"NoProxy", {FetchFault::Proxy, "p", 0, true}, "model-proxy", "opened no way"},
        FailureCase{"CertificateTime",
                    {FetchFault::TlsTime, "handshake"},
                    "model-clock",
                    "2026-11-24T10:00:00"},
        FailureCase{
            "CertificateOfAnother", {FetchFault::TlsTrust, "handshake"}, "model-tls", "trusts"},
        FailureCase{"NotTls", {FetchFault::Tls, "handshake"}, "model-tls", "secure connection"},
        FailureCase{"Cut", {FetchFault::Cut, "read"}, "model-busy", "Try again"},
        FailureCase{
            "NotHttp", {FetchFault::Malformed, "read"}, "model-answer-foreign", "sign-in page"},
        FailureCase{
            "TooLarge", {FetchFault::TooLarge, "read"}, "model-answer-foreign", "is not Google"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Closing, IsToldByItsReason) {
  for (const auto& [code, reason, type] :
       std::vector<std::tuple<std::uint16_t, std::string, std::string>>{
           {1007, "API key not valid. Please pass a valid API key.", "model-key-wrong"},
           {1008, "models/x is not found for API version v1beta, or is not", "model-unknown"},
           {1007, "User location is not supported for the API use.", "model-location"},
           {1008, "BidiGenerateContent session not found", "model-refused"},
           {1000, "", "model-refused"},
           {1006, "Connection reset by peer", "model-timeout"}}) {
    const Error error = closing_of({code, reason}, google());
    EXPECT_EQ(error.type, type) << reason;
    if (code != 1006) {
      EXPECT_THAT(error.client_message, HasSubstr(std::to_string(code)));
      EXPECT_THAT(error.client_message, HasSubstr(reason.empty() ? "no reason" : reason));
    }
  }
}

TEST(SafeWords, AreBoundedPlainAndWithoutSecrets) {
  const std::vector<std::string> secrets{"short", "a-long-handle-0123456789"};
  EXPECT_EQ(safe_words("a\r\nb\x01\x7f", secrets), "a  b");
  EXPECT_EQ(safe_words("say short and long-handle-0123", secrets), "say … and …");
  EXPECT_EQ(safe_words("a-long-ha is too little to tell", secrets),
            "a-long-ha is too little to tell");
  EXPECT_EQ(safe_words("auth_tokens/abc: gone; AIza", secrets), "…: gone; AIza");
  EXPECT_EQ(safe_words("bad \xff byte", secrets), "bad  byte");
  EXPECT_LE(safe_words(std::string(5000, 'x'), secrets).size(), kWordsBytesMax + 4);
  EXPECT_EQ(safe_words("", secrets), "");
}

TEST(ApiErrorTest, IsReadFromAnyShape) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"error":1})", R"({"error":{"code":"x"}})", "<html>"}) {
    EXPECT_FALSE(read_api_error(body).has_value()) << body;
  }
  const auto error = read_api_error(
      R"({"error":{"code":4000000000,"status":"S","message":7,"details":[1,{"reason":2},{"reason":"R"}]}})");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, 999);
  EXPECT_EQ(error->reasons, std::vector<std::string>{"R"});
}

}  // namespace
}  // namespace reprise::gemini
