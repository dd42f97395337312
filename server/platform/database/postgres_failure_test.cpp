#include "platform/database/postgres_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/database/postgres.hpp"

namespace reprise::database {
namespace {

using testing::HasSubstr;

TEST(VerdictTest, EachSqlstateHasItsVerdict) {
  struct Case {
    const char* state;
    Verdict verdict;
  };
  for (const Case& one : {Case{"40001", {Failure::Busy, Remedy::Repeat}},
                          Case{"40P01", {Failure::Busy, Remedy::Repeat}},
                          Case{"23505", {Failure::Constraint, Remedy::None}},
                          Case{"23503", {Failure::Constraint, Remedy::None}},
                          Case{"22021", {Failure::Constraint, Remedy::None}},
                          Case{"53100", {Failure::Full, Remedy::None}},
                          Case{"53200", {Failure::Busy, Remedy::None}},
                          Case{"53300", {Failure::Unavailable, Remedy::Reconnect}},
                          Case{"55P03", {Failure::Busy, Remedy::None}},
                          Case{"57014", {Failure::Busy, Remedy::None}},
                          Case{"57P01", {Failure::Unavailable, Remedy::Reconnect}},
                          Case{"57P03", {Failure::Unavailable, Remedy::Reconnect}},
                          Case{"08006", {Failure::Unavailable, Remedy::Reconnect}},
                          Case{"", {Failure::Unavailable, Remedy::Reconnect}},
                          Case{"26000", {Failure::Busy, Remedy::Reconnect}},
                          Case{"28P01", {Failure::Unavailable, Remedy::Operator}},
                          Case{"3D000", {Failure::Unavailable, Remedy::Operator}},
                          Case{"58030", {Failure::Unavailable, Remedy::None}},
                          Case{"XX001", {Failure::Unavailable, Remedy::None}},
                          Case{"42601", {Failure::Other, Remedy::None}},
                          Case{"XX000", {Failure::Other, Remedy::None}}}) {
    EXPECT_EQ(verdict_of(one.state), one.verdict) << one.state;
  }
}

TEST(VerdictTest, TheStateIsFoundInAnyLanguage) {
  EXPECT_EQ(sqlstate_in("FATAL:  28P01: password authentication failed for user \"x\"\nLOCATION:"),
            "28P01");
  EXPECT_EQ(
      sqlstate_in("connection to server at \"h\", port 5432 failed: FATAL:  3D000: Datenbank"),
      "3D000");
  EXPECT_EQ(sqlstate_in("a: FATAL:  57P03: starting\nb: FATAL:  28000: no entry"), "28000");
  for (const char* none : {"", "could not connect to server: Connection refused", "FATAL:  sorry",
                           "FATAL:  28P0", "x:  ABCDE", "x:  abcde: y"}) {
    EXPECT_EQ(sqlstate_in(none), "") << none;
  }
}

TEST(VerdictTest, ALoginThatAPoolerRefusesIsForAPerson) {
  struct Case {
    const char* state;
    const char* message;
    Remedy remedy;
  };
  for (const auto& one :
       {Case{"08P01", "FATAL:  SASL authentication failed", Remedy::Operator},
        Case{"08P01", "FATAL:  \"trust\" authentication failed", Remedy::Operator},
        Case{"08P01", "FATAL:  password authentication failed", Remedy::Operator},
        Case{"08P01", "FATAL:  no such database: nope", Remedy::Operator},
        Case{"08P01", "FATAL:  database \"nope\" does not exist", Remedy::Operator},
        Case{"08P01", "FATAL:  client_login_timeout (server down)", Remedy::Reconnect},
        Case{"08P01", "FATAL:  no more connections allowed (max_client_conn)", Remedy::Reconnect},
        Case{"28P01", "FATAL:  password authentication failed for user \"u\"", Remedy::Operator},
        Case{"57P03", "FATAL:  the database system is starting up", Remedy::Reconnect},
        Case{"", "No such file or directory", Remedy::Reconnect}}) {
    EXPECT_EQ(verdict_of_refusal(one.state, one.message).remedy, one.remedy) << one.message;
  }
}

TEST(VerdictTest, RepeatsAreBoundedAndSpread) {
  using std::chrono::microseconds;
  EXPECT_EQ(wait_before_repeat(Remedy::None, 0, 0.5), std::nullopt);
  EXPECT_EQ(wait_before_repeat(Remedy::Operator, 0, 0.5), std::nullopt);
  EXPECT_EQ(wait_before_repeat(Remedy::Repeat, 0, 1), microseconds(1'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Repeat, 3, 0.5), microseconds(4'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Repeat, 19, 1), microseconds(100'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Repeat, 20, 1), std::nullopt);
  EXPECT_EQ(wait_before_repeat(Remedy::Reconnect, 0, 0), microseconds(25'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Reconnect, 2, 1), microseconds(200'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Reconnect, 5, 1), microseconds(1'600'000));
  EXPECT_EQ(wait_before_repeat(Remedy::Reconnect, 6, 1), std::nullopt);
}

TEST(PostgresFailureTest, ASilentServerIsNoneThatRefuses) {
  const std::string to = "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: ";
  EXPECT_TRUE(said_nothing(to + "timeout expired"));
  EXPECT_FALSE(said_nothing(to + "Connection refused"));
  EXPECT_FALSE(said_nothing(to + "FATAL:  the database system is starting up"));
  EXPECT_FALSE(said_nothing(""));
}

}  // namespace
}  // namespace reprise::database
