#include "app/rates.hpp"

#include <gmock/gmock.h>

#include "domain/access/access.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/http/route_test_support.hpp"

namespace reprise::app {
namespace {

using access::Action;

Task<http::Response> fine(http::Request) { co_return http::json(200, "{}"); }

class RatesTest : public testing::Test {
 protected:
  ~RatesTest() override { database_->close(); }
  http::Routes routes(Action action) {
    return with_rates(limiter_, {http::guarded(action, {http::Method::Get, "/x", fine})});
  }
  static http::Answered ask(const http::Routes& routes, const std::string& user) {
    access::Principal who = access::local_principal();
    who.user = access::UserId(user);
    who.authenticated_by = access::AuthenticatedBy::Session;
    return call(routes, {.pattern = "/x", .who = std::move(who)});
  }
  static int admitted(const http::Routes& routes, const std::string& user, int times) {
    int count = 0;
    for (int i = 0; i < times; ++i) count += ask(routes, user).status == 200 ? 1 : 0;
    return count;
  }

  database::TemporaryDirectory directory_;
  const std::unique_ptr<database::Database> database_ = database::open_sqlite(
      {.file = directory_.path() / "reprise.db"}, database::sqlite_migrations());
  limits::Limiter limiter_{*database_,
                           {.now_utc_ns = []() -> std::int64_t { return 1'000'000'000; },
                            .now_steady = [] { return std::chrono::steady_clock::time_point(); }}};
};

TEST_F(RatesTest, OneUserIsStoppedAndAnotherIsNot) {
  const auto mint = routes(Action::MintToken);
  EXPECT_EQ(admitted(mint, "anna", 100), 30);
  EXPECT_EQ(ask(mint, "bert").status, 200);
}

TEST_F(RatesTest, TheAnswerSaysWhenToComeAgain) {
  const auto mint = routes(Action::MintToken);
  EXPECT_EQ(admitted(mint, "anna", 30), 30);
  const auto refused = ask(mint, "anna");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.problem(), "rate-limited");
  EXPECT_EQ(refused.headers.find("Retry-After"), "4");
}

TEST_F(RatesTest, WaysToTheSameCostShareABucket) {
  EXPECT_EQ(admitted(routes(Action::MintToken), "anna", 20), 20);
  EXPECT_EQ(admitted(routes(Action::StartLiveSession), "anna", 20), 10);
  EXPECT_EQ(admitted(routes(Action::Search), "anna", 20), 20);
}

TEST_F(RatesTest, TheZipOfAStudyIsAnExport) {
  const auto zip = with_rates(
      limiter_, {http::guarded(Action::ReadStudies, {http::Method::Get, "/x/archive", fine}),
                 http::guarded(Action::ReadStudies, {http::Method::Get, "/x", fine})});
  access::Principal who = access::local_principal();
  who.authenticated_by = access::AuthenticatedBy::Session;
  const auto count = [&](const char* pattern) {
    int admitted = 0;
    for (int i = 0; i < 100; ++i) {
      admitted += call(zip, {.pattern = pattern, .who = who}).status == 200 ? 1 : 0;
    }
    return admitted;
  };
  EXPECT_EQ(count("/x/archive"), 30);
  EXPECT_EQ(count("/x"), 100);
}

TEST_F(RatesTest, WhatCostsLittleIsNotLimited) {
  EXPECT_EQ(admitted(routes(Action::ListChats), "anna", 500), 500);
}

TEST_F(RatesTest, TheUserOfAnInstallationWithoutLoginIsNotLimited) {
  const auto mint = routes(Action::MintToken);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(call(mint, {.pattern = "/x"}).status, 200);
}

TEST(Rates, BucketsNameWhatAndWho) {
  const auto buckets = buckets_of(Costly::Login, "", "192.0.2.1");
  ASSERT_EQ(buckets.size(), 2U);
  EXPECT_EQ(buckets[0].key, "login address 192.0.2.1");
  EXPECT_EQ(buckets[1].key, "login all");
  EXPECT_LT(buckets[0].rate.burst, buckets[1].rate.burst);
  const auto three = buckets_of(Costly::Mint, "u", "2001:db8:1:2:3::4");
  ASSERT_EQ(three.size(), 3U);
  EXPECT_EQ(three[1].key, "mint address 2001:db8:1:2::/64") << "what one subscriber has";
}

TEST_F(RatesTest, LoginsAreCountedByAddress) {
  const http::Routes login{with_login_rate(limiter_, {http::Method::Get, "/x", fine})};
  const auto from = [&](std::string address) {
    return call(login, {.pattern = "/x", .peer_address = std::move(address)}).status;
  };
  int admitted = 0;
  for (int i = 0; i < 400; ++i) admitted += from("192.0.2.1") == 200 ? 1 : 0;
  EXPECT_EQ(admitted, 300);
  EXPECT_EQ(from("192.0.2.2"), 200);
  EXPECT_EQ(from("2001:db8::1"), 200);
}

}  // namespace
}  // namespace reprise::app
