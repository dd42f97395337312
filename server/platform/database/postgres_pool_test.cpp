#include "platform/database/postgres_pool.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::database {
namespace {

using std::chrono::milliseconds;

const std::vector<Migration> kEntries{
    {.name = "0001_entry_add.sql", .sql = "create table entry (number bigint not null);"}};

class PostgresPoolTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    name_ = server_->make_database();
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void open(const std::string& url, std::size_t connections) {
    database_ = open_postgres({.target = {.url = url}, .connections = connections}, kEntries);
  }
  std::string url() const { return server_->url(name_); }
  /// Runs a script in this database and returns its last number, 0 if there is none.
  std::int64_t by_hand(const std::string& sql) const {
    PostgresConnection connection({.url = url()});
    connection.begin(PostgresConnection::Mode::Plain, usual_deadline());
    const auto row = connection.first(sql);
    connection.commit();
    return row ? row->integer(0) : 0;
  }
  /// Ends all connections to this database, waits until they have ended, and returns how many.
  std::int64_t end_all() const {
    const std::string others =
        " from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    const std::int64_t now_us =
        by_hand("select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
    const std::int64_t count = by_hand("select count(pg_terminate_backend(pid))" + others);
    const std::string left = fmt::format(
        "select count(*){} and backend_start < to_timestamp({} / 1000000.0)", others, now_us);
    while (by_hand(left) > 0) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    return count;
  }
  /// The URL for a new role that may have so many connections.
  std::string url_of_role(const std::string& role, int connections) const {
    by_hand("create role " + role + " login connection limit " + std::to_string(connections));
    by_hand("grant all on schema public to " + role);
    return "postgres://" + role + "@/" + name_ + "?host=" + server_->directory();
  }

  /// Writes and reads on several threads. Returns what failed.
  std::vector<std::string> load(int threads, int rounds) {
    std::vector<std::string> failures;
    std::mutex mutex;
    std::vector<std::thread> callers;
    callers.reserve(static_cast<std::size_t>(threads));
    for (int caller = 0; caller < threads; ++caller) {
      callers.emplace_back([&, caller] {
        for (int round = 0; round < rounds; ++round) {
          const std::int64_t number = caller * 1000 + round;
          try {
            run_alone(database_->write(usual_deadline(), [&](Transaction& t) {
              t.run("insert into entry values ($1)", {number});
            }));
            run_alone(database_->read(usual_deadline(), [&](Transaction& t) {
              return t.run("select number from entry where number = $1", {number}).rows.size();
            }));
          } catch (const DatabaseError& error) {
            const std::lock_guard lock(mutex);
            failures.emplace_back(error.what());
          }
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    return failures;
  }
  std::pair<std::int64_t, std::int64_t> entries() {
    return run_alone(database_->read(usual_deadline(), [](Transaction& t) {
      const auto row = t.first("select count(*), count(distinct number) from entry");
      return std::pair(row->integer(0), row->integer(1));
    }));
  }

  PostgresServer* server_ = nullptr;
  std::string name_;
  std::unique_ptr<Database> database_;
};

TEST_F(PostgresPoolTest, EndedConnectionsAreNoticedBeforeTheyAreUsed) {
  PostgresPool pool({.url = url()}, [](PostgresConnection&) {});
  {
    const auto first = pool.take(usual_deadline());
    const auto second = pool.take(usual_deadline());
  }
  EXPECT_EQ(end_all(), 2);
  const auto taken = pool.take(usual_deadline());
  taken->begin(PostgresConnection::Mode::Read, usual_deadline());
  EXPECT_EQ(taken->first("select 41 + 1")->integer(0), 42);
}

TEST_F(PostgresPoolTest, WhatWasNotCommittedIsRolledBackWhenAConnectionIsGivenBack) {
  PostgresPool pool({.url = url()}, [](PostgresConnection&) {});
  {
    const auto lent = pool.take(usual_deadline());
    lent->begin(PostgresConnection::Mode::Plain, usual_deadline());
    lent->run("create table never (value bigint)");
  }
  const auto same = pool.take(usual_deadline());
  same->begin(PostgresConnection::Mode::Read, usual_deadline());
  EXPECT_EQ(same->first("select count(*) from information_schema.tables where table_name = 'never'")
                ->integer(0),
            0);
}

TEST_F(PostgresPoolTest, OneThatIsNotFreeIsWaitedForUntilTheDeadline) {
  PostgresPool pool({.url = url_of_role("narrow", 1)}, [](PostgresConnection&) {});
  std::optional<PostgresPool::Lease> only = pool.take(usual_deadline());
  try {
    pool.take(Deadline::after(milliseconds(300)));
    ADD_FAILURE() << "a second connection of a role that may have one";
  } catch (const PostgresError& error) {
    EXPECT_EQ(error.failure(), Failure::Busy) << error.what();
  }
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(300));
    only.reset();
  });
  EXPECT_TRUE(pool.take(usual_deadline())->is_usable());
  later.join();
}

TEST_F(PostgresPoolTest, FewerConnectionsThanThreadsServeAll) {
  open(url_of_role("few", 3), 12);
  EXPECT_EQ(load(12, 10), std::vector<std::string>());
  EXPECT_EQ(entries(), std::pair(std::int64_t{120}, std::int64_t{120}));
}

TEST_F(PostgresPoolTest, WorkIsRepeatedWhenConnectionsAreEndedUnderIt) {
  open(url(), 6);
  std::int64_t ended = 0;
  std::thread ending([&] {
    // One end may hit a job twice, and a job is repeated six times.
    constexpr int kTimes = 3;
    for (int i = 0; i < kTimes; ++i) {
      ended += end_all();
      std::this_thread::sleep_for(milliseconds(100));
    }
  });
  EXPECT_EQ(load(6, 20), std::vector<std::string>());
  ending.join();
  EXPECT_GT(ended, 1);
  EXPECT_EQ(entries(), std::pair(std::int64_t{120}, std::int64_t{120}));
}

TEST_F(PostgresPoolTest, WhatIsAwayForLongIsRefusedAtOnce) {
  ASSERT_TRUE(server_->harness("stop"));
  PostgresPool pool({.url = url()}, [](PostgresConnection&) {});
  const Deadline patience = Deadline::after(std::chrono::seconds(20));
  std::vector<Remedy> remedies;
  while (std::ranges::count(remedies, Remedy::None) == 0 && !patience.passed()) {
    try {
      pool.take(usual_deadline());
      ADD_FAILURE() << "a connection to a server that does not run";
    } catch (const PostgresError& error) {
      EXPECT_EQ(error.failure(), Failure::Unavailable);
      remedies.push_back(error.remedy());
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(remedies.front(), Remedy::Reconnect);
  EXPECT_EQ(std::ranges::count(remedies, Remedy::Operator), 0);
  EXPECT_GT(std::ranges::count(remedies, Remedy::None), 0);
  EXPECT_TRUE(server_->harness("start"));
}

TEST_F(PostgresPoolTest, OneThatSaysNothingIsNoticedAndNobodyWaitsForItTwice) {
  PostgresPool pool({.url = url()}, [](PostgresConnection&) {});
  auto lent = pool.take(usual_deadline());
  const auto other = pool.take(usual_deadline());  // work that is in the middle of something
  const auto remedy_of = [](const auto& work) {
    try {
      work();
    } catch (const PostgresError& error) {
      return std::optional(error.remedy());
    }
    return std::optional<Remedy>();
  };
  ASSERT_TRUE(server_->harness("freeze"));
  EXPECT_EQ(remedy_of([&] {
              lent->begin(PostgresConnection::Mode::Write, usual_deadline(), milliseconds(300));
            }),
            Remedy::Reconnect);
  EXPECT_FALSE(lent->is_usable());
  lent.reset();
  const auto take = [&] { pool.take(usual_deadline()); };
  EXPECT_EQ(remedy_of(take), Remedy::Reconnect);
  EXPECT_EQ(remedy_of(take), Remedy::None);
  EXPECT_TRUE(server_->harness("thaw"));
  while (remedy_of(take)) std::this_thread::sleep_for(milliseconds(20));
}

}  // namespace
}  // namespace reprise::database
