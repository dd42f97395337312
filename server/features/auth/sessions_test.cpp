#include "features/auth/sessions.hpp"

#include <gtest/gtest.h>

#include "features/auth/auth_test_support.hpp"

namespace reprise::auth {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::int64_t kHour = 60 * kMinute;

class SessionsTest : public AuthTest {
 protected:
  bool end(const access::UserId& user, std::string id) {
    return run_alone(sessions_.end({.user_id = user.value}, std::move(id),
                                   audit::Event::LoginSessionEnded, wait()));
  }
};

TEST_F(SessionsTest, EndWhenNobodyUsesThem) {
  const std::string secret = log_in()->secret;
  fake_.now += 11 * kHour;
  EXPECT_TRUE(who(secret));
  fake_.now += 11 * kHour;
  EXPECT_TRUE(who(secret)) << "each request moves the end";
  fake_.now += 12 * kHour;
  EXPECT_FALSE(who(secret));
  fake_.now -= kHour;
  EXPECT_TRUE(who(secret));
}

TEST_F(SessionsTest, EndAfterSevenDays) {
  const std::string secret = log_in()->secret;
  for (int hours = 0; hours < 7 * 24; hours += 8) {
    EXPECT_TRUE(who(secret)) << hours;
    fake_.now += 8 * kHour;
  }
  EXPECT_FALSE(who(secret));
}

TEST_F(SessionsTest, ARequestThatWasUnderWayBringsNoSessionBack) {
  const std::string secret = log_in()->secret;
  const auto found = who(secret);
  run("delete from login_session");
  fake_.now += kHour;
  EXPECT_FALSE(who(secret));
  EXPECT_EQ(count("login_session"), 0);
}

TEST_F(SessionsTest, AreListedAndEndedByTheirUserOnly) {
  const std::string mine = log_in()->secret;
  fake_.now += kMinute;
  const std::string second = log_in()->secret;
  fake_.person["sub"] = "another";
  const std::string theirs = log_in()->secret;
  const auto me = who(mine)->user;
  auto list = run_alone(sessions_.list(me, wait()));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_GT(list[0].created_utc_ns, list[1].created_utc_ns);
  EXPECT_EQ(list[0].address_prefix, "192.0.2.0/24");
  EXPECT_FALSE(end(me, who(theirs)->credential_id));
  EXPECT_TRUE(who(theirs));
  EXPECT_TRUE(end(me, who(mine)->credential_id));
  EXPECT_FALSE(who(mine));
  EXPECT_TRUE(who(second));
  run_alone(sessions_.end_all({.user_id = me.value}, wait()));
  EXPECT_FALSE(who(second));
  EXPECT_TRUE(who(theirs));
}

TEST_F(SessionsTest, ThereAreNotMoreThanAPersonNeeds) {
  const std::string oldest = log_in()->secret;
  for (int more = 0; more < login::kSessionsMax; ++more) {
    fake_.now += kMinute;
    ASSERT_TRUE(log_in());
  }
  EXPECT_EQ(count("login_session"), login::kSessionsMax);
  EXPECT_FALSE(who(oldest));
}

TEST_F(SessionsTest, WhatHasEndedIsSwept) {
  ASSERT_TRUE(log_in());
  ASSERT_TRUE(run_alone(login_.begin(*login_.issuer("dex"), "localhost:8080", "/", wait())));
  run_alone(sessions_.sweep());
  run_alone(login_.sweep());
  EXPECT_EQ(count("login_session"), 1);
  EXPECT_EQ(count("login_transaction"), 1);
  fake_.now += 13 * kHour;
  run_alone(sessions_.sweep());
  run_alone(login_.sweep());
  EXPECT_EQ(count("login_session"), 0);
  EXPECT_EQ(count("login_transaction"), 0);
}

}  // namespace
}  // namespace reprise::auth
