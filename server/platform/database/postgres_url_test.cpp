#include "platform/database/postgres_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "platform/database/engines_for_test.hpp"
#include "platform/database/postgres.hpp"

namespace reprise::database {
namespace {

using testing::HasSubstr;

TEST(TargetTest, AUrlIsTakenOrRefused) {
  const auto shown = [](const char* url) {
    const auto target = read_target(url);
    return target ? target->shown : target.error().client_message;
  };
  EXPECT_EQ(shown("postgres://u:secret@localhost:5433/app"), "localhost:5433/app");
  EXPECT_EQ(shown("postgresql://u@/db?host=/run/postgresql"), "/run/postgresql:5432/db");
  EXPECT_EQ(shown("postgres://u@[::1]/db"), "::1:5432/db");
  EXPECT_EQ(shown("postgres://u@127.0.0.2,localhost/db"), "127.0.0.2,localhost:5432/db");
  EXPECT_EQ(shown("postgres://u@a:1,b:2/db?hostaddr=127.0.0.1,::1"), "127.0.0.1,::1:1,2/db");
  EXPECT_EQ(shown("postgres://u@/"), "(socket):5432/u");
  EXPECT_EQ(shown("postgres://%41da:s%3Acret@%2Frun%2Fpg/d%20b"), "/run/pg:5432/d b");
  EXPECT_EQ(shown("postgres://u@/db?host=@abstract&options=-c%20geqo%3Doff&passfile=/none"),
            "@abstract:5432/db");
  EXPECT_EQ(shown("postgres://u:secret@db.example/app?sslmode=verify-full"), "db.example:5432/app");
  for (const char* far :
       {"postgres://u:secret@db.example/app", "postgres://u:secret@db.example/app?sslmode=require",
        "postgres://u:secret@localhost,10.0.0.1/app", "postgres://u:secret@x/db?hostaddr=10.0.0.1",
        "postgres://u:secret@x/db?hostaddr=",
        "postgres://u:secret@a,db.example/app?hostaddr=127.0.0.1,",
        "postgres://u:secret@[fe80::1%25lo]/db", "postgres://u:secret@10.0.0.1%2Flocal/db",
        "postgres://u:secret@localhost/db?host=db.example"}) {
    EXPECT_THAT(shown(far), HasSubstr("verify-full")) << far;
  }
  for (const char* wrong :
       {"", "mysql://u:secret@localhost/db", "localhost/db",
        "postgres://u:secret@localhost:port:x/db", "postgres://u:secret@localhost:99999/db",
        "postgres://u:secret@localhost:0/db", "postgres://u:secret@localhost/db?service=none",
        "postgres://u:secret@localhost/db?sslmod=off", "postgres://u:secret@[::1/db",
        "postgres://u:secret@localhost/db?sslmode=sometimes",
        "postgres://u:secret@localhost/db?connect_timeout=abc",
        "postgres://u:secret@localhost/db?keepalives_idle=1.5",
        "postgres://u:secret@localhost/db?target_session_attrs=standby",
        "postgres://u:secret@localhost/db?replication=database",
        "postgres://u:secret@a,b/db?hostaddr=127.0.0.1"}) {
    const auto target = read_target(wrong);
    ASSERT_FALSE(target.has_value()) << wrong;
    EXPECT_THAT(target.error().client_message, HasSubstr("REPRISE_DATABASE_URL"));
    EXPECT_THAT(target.error().client_message, testing::Not(HasSubstr("secret")));
  }
}

/// libpq takes from the environment what the URL leaves open.
TEST(TargetTest, AHostFromTheEnvironmentCountsAsInTheUrl) {
  ASSERT_EQ(::setenv("PGHOST", "db.example", 1), 0);
  EXPECT_THAT(read_target("postgres://u@/db").error().client_message, HasSubstr("verify-full"));
  EXPECT_TRUE(read_target("postgres://u@localhost/db").has_value());
  ASSERT_EQ(::setenv("PGSSLMODE", "verify-full", 1), 0);
  EXPECT_EQ(read_target("postgres://u@/db")->shown, "db.example:5432/db");
  for (const char* name : {"PGHOST", "PGSSLMODE"}) ::unsetenv(name);
}

/// A file of services, which the environment names.
class ServiceTest : public testing::Test {
 protected:
  ServiceTest() { ::setenv("PGSERVICEFILE", file_.c_str(), 1); }
  ~ServiceTest() override {
    for (const char* name : {"PGSERVICEFILE", "PGSERVICE"}) ::unsetenv(name);
  }
  void write(const std::string& text) const { std::ofstream(file_) << text; }
  static std::string shown(const std::string& url) {
    const auto target = read_target(url);
    return target ? target->shown : target.error().client_message;
  }

  const TemporaryDirectory directory_;
  const std::string file_ = (directory_.path() / "services").string();
};

TEST_F(ServiceTest, LibpqFindsTheDatabaseOfAService) {
  write(
      "[near]\nhost=/run/pg\nport=6000\ndbname=app\nuser=ada\n"
      "[here]\nhost=localhost\ndbname=other\n"
      "[far]\nhost=db.example\ndbname=app\nsslmode=verify-full\n");
  EXPECT_EQ(shown("postgres://?service=near"), "/run/pg:6000/app");
  EXPECT_EQ(shown("postgres://u@/mine?service=near"), "/run/pg:6000/mine") << "the URL counts more";
  EXPECT_EQ(shown("postgres://u@/?service=here"), "localhost:5432/other");
  EXPECT_EQ(shown("postgres://u@?service=far"), "db.example:5432/app");
  ::setenv("PGSERVICE", "near", 1);
  EXPECT_EQ(shown("postgres://u@"), "/run/pg:6000/app");
}

TEST_F(ServiceTest, WhatAServiceNamesKeepsTheRules) {
  write(
      "[far]\nhost=db.example\ndbname=app\n"
      "[weak]\nhost=db.example\nsslmode=require\n"
      "[moved]\nhostaddr=10.0.0.1\n"
      "[wrong]\nhost=localhost\nport=0\n"
      "[last]\nnonsense=1\n");
  for (const char* name : {"far", "weak", "moved"}) {
    EXPECT_THAT(shown(std::string("postgres://u@?service=") + name), HasSubstr("verify-full"));
  }
  EXPECT_THAT(shown("postgres://u@localhost/db?service=moved"), HasSubstr("verify-full"))
      << "the address counts, not the name";
  EXPECT_EQ(shown("postgres://u@localhost?service=far"), "localhost:5432/app");
  EXPECT_THAT(shown("postgres://u@?service=wrong"), HasSubstr("port"));
  EXPECT_THAT(shown("postgres://u@?service=last"), HasSubstr("syntax error"));
  EXPECT_THAT(shown("postgres://u@?service=none"), HasSubstr("\"none\" not found"));
  std::filesystem::remove(file_);
  EXPECT_THAT(shown("postgres://u@?service=far"), HasSubstr("cannot be read"));
}

/// libpq reads the file at each connection.
TEST_F(ServiceTest, AServiceThatHasChangedSinceTheStartIsNotFollowedOverANetwork) {
  write("[mine]\nhost=/nowhere\n");
  const auto target = read_target("postgres://u@/db?service=mine");
  ASSERT_TRUE(target.has_value());
  EXPECT_NE(connect_to(*target), nullptr) << "it fails, but it is tried";
  write("[mine]\nhost=db.example\n");
  EXPECT_THROW(connect_to(*target), PostgresError);
}

}  // namespace
}  // namespace reprise::database
