#include "platform/gcs/tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/fixture_for_test.hpp"
#include "base/run_alone.hpp"
#include "platform/gcs/hedge.hpp"
#include "platform/gcs/object_api.hpp"

namespace reprise::gcs {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'800'000'000 * kSecond;

/// A metadata server that counts its requests and answers after a moment.
class Service {
 public:
  int asked = 0;
  int status = 200;
  std::int64_t now = kNow;
  Send send() {
    return [this](http::ClientRequest) { return answer(); };
  }
  std::function<std::int64_t()> clock() {
    return [this] { return now; };
  }

 private:
  Task<std::expected<http::ClientResponse, http::FetchError>> answer() {
    const int number = ++asked;
    co_await sleep_for(2ms);
    http::ClientResponse response{.status = status,
                                  .body = R"({"access_token": "t)" + std::to_string(number) +
                                          R"(", "expires_in": 3600, "token_type": "Bearer"})"};
    response.headers.add("Metadata-Flavor", "Google");
    co_return response;
  }
};

Task<std::vector<std::string>> ask_together(Tokens& tokens, int times) {
  std::vector<std::string> got;
  TaskGroup group(co_await boost::asio::this_coro::executor);
  struct One {
    static Task<void> ask(Tokens& tokens, std::vector<std::string>& got) {
      const auto token = co_await tokens.token(Deadline::after(1s));
      got.push_back(token ? *token : token.error().log_detail);
    }
  };
  for (int count = 0; count < times; ++count) group.spawn("ask", One::ask(tokens, got));
  co_await group.join(Deadline::after(2s));
  co_return got;
}

TEST(GcsTokens, ATokenIsRenewedBeforeItsEnd) {
  EXPECT_EQ(token_step(kNow + 3600 * kSecond, kNow), TokenStep::Use);
  EXPECT_EQ(token_step(kNow + 301 * kSecond, kNow), TokenStep::Use);
  EXPECT_EQ(token_step(kNow + 300 * kSecond, kNow), TokenStep::Renew);
  EXPECT_EQ(token_step(kNow + 11 * kSecond, kNow), TokenStep::Renew);
  EXPECT_EQ(token_step(kNow + 10 * kSecond, kNow), TokenStep::Wait);
  EXPECT_EQ(token_step(0, kNow), TokenStep::Wait);
}

TEST(GcsTokens, OneTaskAsksWhileTheOthersWait) {
  Service service;
  Tokens tokens(MetadataServer{"http://m"}, Scope::Objects, service.send(), service.clock());
  EXPECT_THAT(run_alone(ask_together(tokens, 10)), testing::Each("t1"));
  EXPECT_EQ(service.asked, 1);
  service.now += 3400 * kSecond;
  const auto late = run_alone(ask_together(tokens, 10));
  EXPECT_THAT(late, testing::Contains("t2").Times(1)) << "one renews it, the others do not wait";
  EXPECT_THAT(late, testing::Contains("t1").Times(9));
  EXPECT_EQ(service.asked, 2);
}

TEST(GcsTokens, AValidTokenIsUsedWhileTheServiceIsAway) {
  Service service;
  Tokens tokens(MetadataServer{"http://m"}, Scope::Objects, service.send(), service.clock());
  EXPECT_THAT(run_alone(ask_together(tokens, 1)), testing::ElementsAre("t1"));
  service.now += 3400 * kSecond;
  service.status = 403;
  EXPECT_THAT(run_alone(ask_together(tokens, 1)), testing::ElementsAre("t1"));
  service.now += 300 * kSecond;
  EXPECT_THAT(run_alone(ask_together(tokens, 1)),
              testing::ElementsAre(testing::HasSubstr("status 403")));
}

TEST(GcsTokens, ARefusedTokenIsNotGivenAgain) {
  Service service;
  Tokens tokens(MetadataServer{"http://m"}, Scope::Objects, service.send(), service.clock());
  EXPECT_THAT(run_alone(ask_together(tokens, 1)), testing::ElementsAre("t1"));
  tokens.refuse("another");
  EXPECT_THAT(run_alone(ask_together(tokens, 1)), testing::ElementsAre("t1"));
  tokens.refuse("t1");
  EXPECT_THAT(run_alone(ask_together(tokens, 1)), testing::ElementsAre("t2"));
}

struct Nobody {
  static Task<std::expected<http::ClientResponse, http::FetchError>> answers(http::ClientRequest) {
    co_return std::unexpected(
        http::FetchError{.fault = http::FetchFault::Refused, .detail = "connect: refused"});
  }
};

TEST(GcsTokens, WhoeverNamedNoKeyFileLearnsWhoWasAsked) {
  Tokens tokens(MetadataServer{"http://m"}, Scope::Objects, Nobody::answers, [] { return kNow; });
  const auto token = run_alone(tokens.token(Deadline::after(10ms)));
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().log_detail,
            "token from the metadata server http://m (no key file is named): connect: refused");
  EXPECT_EQ(token.error().type, kNoAnswer);
}

/// Refuses the first assertion; its answer tells how far the clock is from the service's.
class Strict {
 public:
  explicit Strict(std::int64_t clock_is_off_ns) : off_ns_(clock_is_off_ns) {}
  int asked = 0;
  Tokens tokens_of(const ServiceAccount& account) {
    return Tokens(
        account, Scope::Objects, [this](http::ClientRequest) { return answer(); },
        [this] { return now_; });
  }

 private:
  Task<std::expected<http::ClientResponse, http::FetchError>> answer() {
    now_ += std::exchange(off_ns_, 0);
    if (++asked == 1) co_return http::ClientResponse{.status = 400};
    co_return http::ClientResponse{.status = 200,
                                   .body = R"({"access_token": "t", "expires_in": 3600})"};
  }
  std::int64_t off_ns_;
  std::int64_t now_ = kNow;
};

TEST(GcsTokens, AnAssertionThatNamedAWrongTimeIsMadeOnceMore) {
  const auto fixture = fixture::load("gcs-signed-urls.json");
  const boost::json::object file{{"type", "service_account"},
                                 {"client_email", fixture.at("email")},
                                 {"private_key_id", "key-1"},
                                 {"private_key", fixture.at("private_key")},
                                 {"token_uri", "https://oauth2.googleapis.com/token"}};
  const auto account = read_service_account(boost::json::serialize(file), "it");
  ASSERT_TRUE(account.has_value()) << account.error().client_message;
  for (const std::int64_t hours : {-3, 0, 3}) {
    Strict service(hours * 3600 * kSecond);
    Tokens tokens = service.tokens_of(*account);
    const auto token = run_alone(tokens.token(Deadline::after(5s)));
    EXPECT_EQ(token.has_value(), hours != 0) << hours;
    EXPECT_EQ(service.asked, hours == 0 ? 1 : 2);
    if (hours == 0) continue;
    EXPECT_TRUE(run_alone(tokens.token(Deadline::after(5s))).has_value());
    EXPECT_EQ(service.asked, 2) << "it is kept for an hour";
  }
}

TEST(GcsCredentials, TheFirstSourceCounts) {
  const auto none = [](const std::string& path) -> Result<std::string> {
    return fail(ErrorCode::NotFound, "cannot read " + path + ".");
  };
  const auto given = find_credentials({.token = "t", .environment = {}, .read_file = none});
  EXPECT_EQ(std::get<GivenToken>(*given).token, "t");
  const auto machine = find_credentials({.token = "", .environment = {}, .read_file = none});
  EXPECT_EQ(std::get<MetadataServer>(*machine).base_url, "http://metadata.google.internal");
  const auto elsewhere = find_credentials(
      {.token = "", .environment = {{"GCE_METADATA_HOST", "localhost:1"}}, .read_file = none});
  EXPECT_EQ(std::get<MetadataServer>(*elsewhere).base_url, "http://localhost:1");
  for (const auto& [name, value, words] :
       {std::tuple{"GOOGLE_APPLICATION_CREDENTIALS", "/x/key.json", "CREDENTIALS /x/key.json"},
        std::tuple{"GCE_METADATA_HOST", "a/b", "GCE_METADATA_HOST: must be"}}) {
    const auto wrong =
        find_credentials({.token = "", .environment = {{name, value}}, .read_file = none});
    ASSERT_FALSE(wrong.has_value()) << name;
    EXPECT_THAT(wrong.error().client_message, testing::HasSubstr(words));
  }
  const auto open = [](const std::string&) -> Result<std::string> {
    return fail(ErrorCode::Forbidden, "can be read by others: chmod 600 it.");
  };
  const auto refused = find_credentials({.token = "", .environment = {}, .read_file = open});
  EXPECT_THAT(refused.error().client_message, testing::StartsWith(".gcp-key.json: can be read"));
}

TEST(GcsHedge, AFewCallsGiveNoPercentile) {
  Durations durations;
  for (std::size_t count = 1; count < Durations::kLeast; ++count) durations.add(10ms);
  EXPECT_FALSE(durations.percentile_95().has_value());
  durations.add(10ms);
  EXPECT_EQ(durations.percentile_95(), 10ms);
}

TEST(GcsHedge, TheSlowestCallsLieAboveThePercentile) {
  Durations durations;
  for (int ms = 1; ms <= 100; ++ms) durations.add(std::chrono::milliseconds(ms));
  EXPECT_EQ(durations.percentile_95(), 96ms);
  for (std::size_t count = 0; count < Durations::kKept; ++count) durations.add(5ms);
  EXPECT_EQ(durations.percentile_95(), 5ms) << "the oldest are forgotten";
}

struct Script {
  std::vector<std::chrono::milliseconds> takes;
  std::vector<int> status;
  std::size_t asked = 0;
  std::size_t ended = 0;
};

Task<Answered> perform(Script& script) {
  const std::size_t number = script.asked++;
  co_await sleep_for(script.takes.at(number));
  ++script.ended;
  co_return http::ClientResponse{.status = script.status.at(number),
                                 .body = std::to_string(number)};
}

std::string outcome_of(Script& script, Durations& durations) {
  const auto answer = run_alone(hedged([&script] { return perform(script); }, durations));
  return answer ? std::to_string(answer->status) + " of " + answer->body : "none";
}

TEST(GcsHedge, ASlowCallIsSentTwiceAndTheFirstGoodAnswerCounts) {
  Durations durations;
  for (std::size_t count = 0; count < Durations::kLeast; ++count) durations.add(5ms);
  Script quick{.takes = {1ms}, .status = {200}};
  EXPECT_EQ(outcome_of(quick, durations), "200 of 0");
  EXPECT_EQ(quick.asked, 1U);
  Script slow{.takes = {10s, 1ms}, .status = {200, 200}};
  EXPECT_EQ(outcome_of(slow, durations), "200 of 1");
  Script second_bad{.takes = {60ms, 1ms}, .status = {200, 500}};
  EXPECT_EQ(outcome_of(second_bad, durations), "200 of 0");
  Script both_bad{.takes = {1s, 1ms}, .status = {503, 500}};
  EXPECT_EQ(outcome_of(both_bad, durations), "503 of 0");
  Script refused{.takes = {10s, 1ms}, .status = {200, 404}};
  EXPECT_EQ(outcome_of(refused, durations), "404 of 1") << "a refusal is an answer";
}

Task<void> read_then_sleep(Script& script, Durations& durations) {
  (void)co_await hedged([&script] { return perform(script); }, durations);
  co_await sleep_for(10s);
}

Task<void> cancel_after(TaskGroup& group, std::chrono::milliseconds wait) {
  co_await sleep_for(wait);
  group.cancel();
  co_await group.join(Deadline::never());
}

TEST(GcsHedge, ACallerThatIsCancelledWaitsForItsReadAndNoLonger) {
  Durations durations;
  for (const auto cancelled_at : {1ms, 40ms}) {  // during the read, and after it
    Script script{.takes = {20ms}, .status = {200}};
    boost::asio::io_context context;
    TaskGroup group(context.get_executor());
    group.spawn("read", read_then_sleep(script, durations));
    boost::asio::co_spawn(context, cancel_after(group, cancelled_at), [](std::exception_ptr) {});
    context.run_for(5s);
    EXPECT_EQ(group.running(), 0U) << "the sleep is cancelled";
    EXPECT_EQ(script.ended, 1U);
  }
}

Task<Answered> perform_until_it_throws(int& asked) {
  ++asked;
  co_await sleep_for(1ms);
  throw std::runtime_error("OpenSSL cannot sign");
}

TEST(GcsHedge, ACallThatThrowsIsACallWithoutAnAnswer) {
  for (const std::size_t known : {std::size_t{0}, Durations::kLeast}) {
    Durations durations;
    for (std::size_t count = 0; count < known; ++count) durations.add(5ms);
    int asked = 0;
    std::optional<Answered> answer;
    boost::asio::io_context context;
    boost::asio::co_spawn(context,
                          hedged([&asked] { return perform_until_it_throws(asked); }, durations),
                          [&answer](std::exception_ptr, Answered got) { answer = std::move(got); });
    context.run_for(5s);
    ASSERT_TRUE(answer.has_value()) << "it waits for ever";
    EXPECT_EQ(answer->error().code, ErrorCode::Unavailable);
    EXPECT_EQ(asked, 1);
  }
}

TEST(GcsObjects, HashesAreBigEndian) {
  EXPECT_EQ(hash_header(0xE3069283U), "crc32c=4waSgw==");
  EXPECT_EQ(crc32c_of("crc32c=4waSgw=="), 0xE3069283U);
  EXPECT_EQ(crc32c_of("md5=x, crc32c=4waSgw=="), 0xE3069283U);
  for (const char* header : {"", "md5=4waSgw==", "crc32c=", "crc32c=4waS", "crc32c=4waSgw==x"}) {
    EXPECT_FALSE(crc32c_of(header).has_value()) << header;
  }
}

TEST(GcsObjects, AnIncompleteDescriptionIsRefused) {
  const auto address = read_address("gs://abc/p");
  const std::string good =
      R"({"name":"p/k","size":"5","crc32c":"4waSgw==","generation":"17","timeCreated":"2026-11-28T10:00:00.123Z","x":1})";
  const auto info = read_object(*address, good);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->key, "k");
  EXPECT_EQ(info->bytes, 5U);
  EXPECT_EQ(info->generation, 17);
  for (const auto& [from, to] : {std::pair{"\"p/k\"", "\"q/k\""},
                                 {"\"5\"", "\"-5\""},
                                 {"\"5\"", "5"},
                                 {"4waSgw==", "4waS"},
                                 {"\"17\"", "\"\""},
                                 {"2026-11", "2026-13"},
                                 {"\"size\"", "\"bytes\""}}) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(read_object(*address, bad).has_value()) << bad;
  }
  EXPECT_TRUE(read_page(*address, R"({"kind":"storage#objects"})")->objects.empty());
  EXPECT_EQ(read_page(*address, R"({"items":[)" + good + R"(],"nextPageToken":"n"})")->next, "n");
}

struct BytesCase {
  int status;
  const char* range;
  const char* hash;
  const char* body;
  ByteRange wanted;
  const char* want;  ///< null when the bytes are wrong
};

TEST(GcsObjects, OtherBytesThanWereAskedForAreRefused) {
  constexpr const char* kNine = "crc32c=4waSgw==";  // of 123456789
  for (const BytesCase& one : std::initializer_list<BytesCase>{
           {200, "", kNine, "123456789", {}, "123456789"},
           {200, "", "crc32c=4waSgw==, md5=x", "123456789", {}, "123456789"},
           {200, "", kNine, "123456780", {}, nullptr},
           {200, "", "", "123456789", {}, nullptr},
           {200, "", "crc32c=AAAAAA==", "", {}, ""},
           {200, "", kNine, "123456789", {2, 4}, "34"},
           {200, "", kNine, "123456789", {7, 40}, "89"},
           {206, "bytes 2-3/9", kNine, "34", {2, 4}, "34"},
           {206, "bytes 7-8/9", kNine, "89", {7, 40}, "89"},
           {206, "bytes 7-8/9", kNine, "89", {7}, "89"},
           {206, "bytes 0-8/9", kNine, "123456789", {0, 40}, "123456789"},
           {206, "bytes 0-8/9", kNine, "123456780", {0, 40}, nullptr},
           {206, "bytes 2-3/9", kNine, "34", {2, 5}, nullptr},
           {206, "bytes 3-4/9", kNine, "45", {2, 4}, nullptr},
           {206, "bytes 2-3/9", kNine, "345", {2, 4}, nullptr},
           {206, "bytes 2-3/*", kNine, "34", {2, 4}, nullptr},
           {206, "", kNine, "34", {2, 4}, nullptr}}) {
    http::ClientResponse answer{.status = one.status, .body = one.body};
    answer.headers.add("Content-Range", one.range);
    answer.headers.add("x-goog-hash", one.hash);
    const auto bytes = read_bytes(answer, one.wanted);
    SCOPED_TRACE(std::string(one.range) + " " + one.body);
    ASSERT_EQ(bytes.has_value(), one.want != nullptr);
    if (bytes) EXPECT_EQ(as_text(*bytes), one.want);
  }
}

TEST(GcsObjects, SessionsOfOtherServersAreRefused) {
  const auto google = read_address("gs://abc");
  const auto local = read_address("gs://abc?endpoint=http://localhost:4443");
  EXPECT_TRUE(is_own_session(*google, "https://storage.googleapis.com/upload/x?upload_id=1"));
  EXPECT_TRUE(is_own_session(*google, "https://www.googleapis.com/upload/x?upload_id=1"));
  EXPECT_TRUE(is_own_session(*local, "http://localhost:4443/upload/x?upload_id=1"));
  for (const char* session :
       {"", "http://storage.googleapis.com/upload", "https://storage.googleapis.com.evil.example/",
        "https://evilgoogleapis.com/", "/upload/x"}) {
    EXPECT_FALSE(is_own_session(*google, session)) << session;
  }
  EXPECT_FALSE(is_own_session(*local, "http://localhost:4444/upload"));
  EXPECT_FALSE(is_own_session(*local, "https://storage.googleapis.com/upload"));
}

}  // namespace
}  // namespace reprise::gcs
