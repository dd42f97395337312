// How PostgreSQL ends what takes longer than the deadline of its call.

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/postgres.hpp"
#include "platform/database/postgres_begin.hpp"

namespace reprise::database {
namespace {

using std::chrono::milliseconds;

TEST(PostgresBeginTest, TheLimitsOfTheServerComeFromTheTimeThatIsLeft) {
  using Mode = PostgresConnection::Mode;
  struct Case {
    Mode mode;
    milliseconds left;
    const char* limit;
  };
  for (const Case& one : {Case{Mode::Read, milliseconds{30'000}, "statement_timeout = 29750"},
                          Case{Mode::Read, milliseconds{400}, "statement_timeout = 300"},
                          Case{Mode::Read, milliseconds{0}, "statement_timeout = 1"},
                          Case{Mode::Read, milliseconds::max(), "statement_timeout = 3600000"},
                          Case{Mode::Write, milliseconds{400}, "lock_timeout = 300;"},
                          Case{Mode::Write, milliseconds{-7}, "lock_timeout = 1;"},
                          Case{Mode::Write, milliseconds{30'000}, "lock_timeout = 5000;"}}) {
    const std::string text = begin_of(one.mode, one.left);
    EXPECT_TRUE(text.contains(one.limit)) << text;
    EXPECT_EQ(text.contains("statement_timeout = 0;"), one.mode == Mode::Write)
        << "it would end a commit too";
  }
}

class PostgresDeadlineTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    static const std::vector<Migration> kCounter{
        {.name = "0001_counter_add.sql",
         .sql = "create table counter (value bigint not null); insert into counter values (0);"}};
    // One thread reads, three write.
    database_ = open_postgres(
        {.target = {.url = server_->url(server_->make_database())}, .connections = 4}, kCounter);
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  PostgresServer* server_ = nullptr;
  std::unique_ptr<Database> database_;
};

/// The server process that a thread of the pool talks to.
std::int64_t backend(Transaction& t) {
  return t.first("select pg_backend_pid()::bigint")->integer(0);
}

TEST_F(PostgresDeadlineTest, AStatementEndsAtTheDeadlineOfItsCallAndTheConnectionStays) {
  const auto pid = [&] { return run_alone(database_->read(usual_deadline(), backend)); };
  // The server's answer comes a quarter of a second before we give up; on a busy machine only once
  // in some tries.
  bool stays = false;
  for (int i = 0; i < 5 && !stays; ++i) {
    const std::int64_t before = pid();
    try {
      run_alone(database_->read(Deadline::after(std::chrono::seconds(1)), [](Transaction& t) {
        t.run("select pg_sleep(60)");
        return 0;
      }));
      ADD_FAILURE() << "a minute passed";
    } catch (const DatabaseError& error) {
      stays = error.failure() == Failure::Busy && pid() == before;
    }
  }
  EXPECT_TRUE(stays);
}

TEST_F(PostgresDeadlineTest, AWaitForALockEndsAtTheDeadlineOfItsCall) {
  std::latch locked(1);
  std::latch release(1);
  std::thread holder([&] {
    run_alone(database_->write(Deadline::never(), [&](Transaction& t) {
      t.run("update counter set value = value + 1");
      locked.count_down();
      release.wait();
    }));
  });
  locked.wait();
  std::string why;
  for (int i = 0; i < 5 && !why.contains("lock timeout"); ++i) {
    try {
      run_alone(database_->write(Deadline::after(std::chrono::seconds(1)), [&](Transaction& t) {
        t.run("update counter set value = value + 1");
      }));
      ADD_FAILURE() << "two hold the same lock";
    } catch (const DatabaseError& error) {
      why = error.what();
    }
  }
  EXPECT_TRUE(why.contains("lock timeout")) << why;
  release.count_down();
  holder.join();
  EXPECT_EQ(run_alone(database_->read(
                usual_deadline(),
                [](Transaction& t) { return t.first("select value from counter")->integer(0); })),
            1);
}

TEST_F(PostgresDeadlineTest, LimitsOfADatabaseOrRoleDoNotEndMigrationsAndWrites) {
  const std::string name = server_->make_database();
  const PostgresTarget target{.url = server_->url(name)};
  {
    PostgresConnection by_hand(target);
    by_hand.begin(PostgresConnection::Mode::Plain, usual_deadline());
    for (const char* limit : {"statement_timeout", "lock_timeout"}) {
      by_hand.run("alter database " + name + " set " + limit + " = '400ms'");
    }
    by_hand.commit();
  }
  static const std::vector<Migration> kSlow{
      {.name = "0001_slow_add.sql",
       .sql = "select pg_sleep(0.6); create table slow (value bigint not null);"}};
  const auto limited = open_postgres({.target = target}, kSlow);
  const auto stored = run_alone(limited->write(usual_deadline(), [](Transaction& t) {
    t.run("select pg_sleep(0.6)");
    return t.run("insert into slow values (1)").changed;
  }));
  EXPECT_EQ(stored, 1);
  limited->close();
}

}  // namespace
}  // namespace reprise::database
