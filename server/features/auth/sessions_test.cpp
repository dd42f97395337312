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

constexpr std::int64_t kSecond = 1'000'000'000;

/// What a session's rights are does not come from its cookie, but a new one comes with new rights.
class RotationTest : public SessionsTest {
 protected:
  std::optional<Holder> find(const std::string& secret) {
    return run_alone(sessions_.find(secret, wait()));
  }
  void make_admin(const char* value = "1") {
    run(std::string("update app_user set is_admin = ") + value);
  }
  const std::string old_ = log_in()->secret;
};

TEST_F(RotationTest, TheSecretStaysWhileTheRightsStay) {
  fake_.now += kHour;
  EXPECT_EQ(find(old_)->new_secret, "");
  make_admin("0");
  EXPECT_EQ(find(old_)->new_secret, "");
}

TEST_F(RotationTest, OtherRightsGiveAnotherSecretAndTheOldOneEnds) {
  make_admin();
  const auto first = find(old_);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->who.roles.has(access::Role::Admin));
  const std::string next = first->new_secret;
  ASSERT_EQ(next.size(), 43U);
  // The answer was lost, or other requests were under way: all get the same.
  fake_.now += kMinute;
  EXPECT_EQ(find(old_)->new_secret, next);
  const auto renewed = find(next);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->new_secret, "");
  EXPECT_EQ(renewed->who.credential_id, first->who.credential_id) << "the same session";
  EXPECT_TRUE(renewed->who.roles.has(access::Role::Admin));
  fake_.now += 4 * kSecond;
  ASSERT_TRUE(find(old_)) << "a request that was under way";
  EXPECT_EQ(find(old_)->new_secret, "");
  fake_.now += kSecond;
  EXPECT_FALSE(find(old_));
  EXPECT_TRUE(find(next));
}

TEST_F(RotationTest, EachChangeGivesAnother) {
  make_admin();
  const std::string second = find(old_)->new_secret;
  EXPECT_TRUE(find(second));
  make_admin("0");
  EXPECT_EQ(find(second)->new_secret, "") << "the old one still counts";
  fake_.now += 5 * kSecond;
  const std::string third = find(second)->new_secret;
  EXPECT_NE(third, "");
  EXPECT_FALSE(find(third)->who.roles.has(access::Role::Admin));
  fake_.now += 5 * kSecond;
  EXPECT_FALSE(find(old_));
  EXPECT_FALSE(find(second));
  EXPECT_TRUE(find(third));
}

TEST_F(RotationTest, RolesOfTheIssuerThatAnotherLoginBringsCountToo) {
  fake_.person["groups"] = boost::json::array{"admins"};
  const std::string other = log_in()->secret;
  EXPECT_EQ(find(other)->new_secret, "") << "it began with these";
  EXPECT_NE(find(old_)->new_secret, "");
}

TEST_F(RotationTest, ANewLoginInTheBrowserEndsBothSecrets) {
  make_admin();
  const std::string next = find(old_)->new_secret;
  ASSERT_TRUE(log_in(next));
  EXPECT_FALSE(find(old_));
  EXPECT_FALSE(find(next));
}

TEST_F(RotationTest, ASessionFromBeforeKeepsItsSecret) {
  run("update login_session set rights = null");
  make_admin();
  EXPECT_EQ(find(old_)->new_secret, "");
  EXPECT_TRUE(find(old_)->who.roles.has(access::Role::Admin));
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
