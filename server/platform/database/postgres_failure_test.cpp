#include "platform/database/postgres_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

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
  EXPECT_EQ(wait_before_repeat(Remedy::Reconnect, 3, 1), std::nullopt);
}

TEST(TargetTest, AUrlIsTakenOrRefused) {
  const auto shown = [](const char* url) {
    const auto target = read_target(url);
    return target ? target->shown : target.error().client_message;
  };
  EXPECT_EQ(shown("postgres://u:secret@localhost:5433/app"), "localhost:5433/app");
  EXPECT_EQ(shown("postgresql://u@/db?host=/run/postgresql"), "/run/postgresql:5432/db");
  EXPECT_EQ(shown("postgres://u@[::1]/db"), "::1:5432/db");
  EXPECT_EQ(shown("postgres://u@127.0.0.2,localhost/db"), "127.0.0.2,localhost:5432/db");
  EXPECT_EQ(shown("postgres://u:secret@db.example/app?sslmode=verify-full"), "db.example:5432/app");
  for (const char* far :
       {"postgres://u:secret@db.example/app", "postgres://u:secret@db.example/app?sslmode=require",
        "postgres://u:secret@localhost,10.0.0.1/app",
        "postgres://u:secret@x/db?hostaddr=10.0.0.1"}) {
    EXPECT_THAT(shown(far), HasSubstr("verify-full")) << far;
  }
  for (const char* wrong :
       {"", "mysql://u:secret@localhost/db", "localhost/db",
        "postgres://u:secret@localhost:port:x/db", "postgres://u:secret@localhost:99999/db",
        "postgres://u:secret@localhost:0/db", "postgres://u:secret@localhost/db?service=mine",
        "postgres://u:secret@localhost/db?sslmod=off", "postgres://u:secret@[::1/db"}) {
    const auto target = read_target(wrong);
    ASSERT_FALSE(target.has_value()) << wrong;
    EXPECT_THAT(target.error().client_message, HasSubstr("REPRISE_DATABASE_URL"));
    EXPECT_THAT(target.error().client_message, testing::Not(HasSubstr("secret")));
  }
}

/// libpq takes from the environment what the URL leaves open.
TEST(TargetTest, AHostOrServiceFromTheEnvironmentCountsAsInTheUrl) {
  ASSERT_EQ(::setenv("PGHOST", "db.example", 1), 0);
  EXPECT_THAT(read_target("postgres://u@/db").error().client_message, HasSubstr("verify-full"));
  EXPECT_TRUE(read_target("postgres://u@localhost/db").has_value());
  ASSERT_EQ(::setenv("PGSSLMODE", "verify-full", 1), 0);
  EXPECT_EQ(read_target("postgres://u@/db")->shown, "db.example:5432/db");
  ASSERT_EQ(::setenv("PGSERVICE", "mine", 1), 0);
  EXPECT_THAT(read_target("postgres://u@localhost/db").error().client_message,
              HasSubstr("PGSERVICE"));
  for (const char* name : {"PGHOST", "PGSSLMODE", "PGSERVICE"}) ::unsetenv(name);
}

}  // namespace
}  // namespace reprise::database
