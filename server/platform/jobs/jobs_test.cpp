// The table of jobs, on both engines.
#include "platform/jobs/jobs.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::jobs {
namespace {

using database::Transaction;
using database::usual_deadline;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

struct OnSqlite {
  std::unique_ptr<database::Database> open() {
    return database::open_sqlite({.file = directory.path() / "reprise.db"},
                                 database::sqlite_migrations());
  }
  database::TemporaryDirectory directory;
  std::int64_t clock = 1'000 * kSecond;
  JobsOptions options(std::string node) {
    return {
        .node = std::move(node), .nodes = Nodes::Several, .now_utc_ns = [this] { return clock; }};
  }
  void later(database::Database&, std::int64_t seconds) { clock += seconds * kSecond; }
};

/// Its clock is the server's, so time passes by moving what the rows say.
struct OnPostgres {
  std::unique_ptr<database::Database> open() {
    auto* server = database::PostgresServer::get();
    if (server == nullptr) return nullptr;
    return database::open_postgres({.target = {.url = server->url(server->make_database())}},
                                   database::postgres_migrations());
  }
  JobsOptions options(std::string node) {
    // A node's own clock counts for nothing.
    return {.node = std::move(node),
            .nodes = Nodes::Several,
            .now_sql = kPostgresNow,
            .now_utc_ns = []() -> std::int64_t { return 1; }};
  }
  void later(database::Database& database, std::int64_t seconds) {
    run_alone(database.write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run(
          "update job set run_after_utc_ns = run_after_utc_ns - $1, lease_until_utc_ns = "
          "lease_until_utc_ns - $1",
          {seconds * kSecond});
    }));
  }
};

template <class Engine>
class JobsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    one_.emplace(*database_, engine_.options("one"));
    two_.emplace(*database_, engine_.options("two"));
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  bool take(Jobs& jobs, const std::string& key, Wish wish = Wish::Due) {
    return run_alone(jobs.take(Kind::Fold, key, wish));
  }
  std::vector<std::string> due(Jobs& jobs) { return run_alone(jobs.due(Kind::Fold, 10)); }
  void fail(Jobs& jobs, const std::string& key, std::string what = "broken") {
    run_alone(jobs.failed(Kind::Fold, key, std::move(what)));
  }
  std::vector<JobRow> list() { return run_alone(one_->list(100)); }
  void later(std::int64_t seconds) { engine_.later(*database_, seconds); }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<Jobs> one_;
  std::optional<Jobs> two_;
};
using Engines = testing::Types<OnSqlite, OnPostgres>;
TYPED_TEST_SUITE(JobsTest, Engines);

TYPED_TEST(JobsTest, OneNodeHasAJobUntilItIsDone) {
  EXPECT_TRUE(this->take(*this->one_, "a"));
  EXPECT_FALSE(this->take(*this->one_, "a", Wish::Now)) << "it works on it already";
  EXPECT_FALSE(this->take(*this->two_, "a", Wish::Now));
  EXPECT_TRUE(this->take(*this->two_, "b"));
  EXPECT_THAT(this->due(*this->two_), IsEmpty());
  run_alone(this->two_->done(Kind::Fold, "a"));
  EXPECT_EQ(this->list().size(), 2U) << "only its owner says that it is done";
  run_alone(this->one_->done(Kind::Fold, "a"));
  ASSERT_EQ(this->list().size(), 1U);
  EXPECT_EQ(this->list().front().key, "b");
  EXPECT_TRUE(this->take(*this->two_, "a"));
}

TYPED_TEST(JobsTest, ALeaseThatIsNotRenewedEnds) {
  ASSERT_TRUE(this->take(*this->one_, "a"));
  this->later(4);
  run_alone(this->one_->renew());
  this->later(4);
  EXPECT_FALSE(this->take(*this->two_, "a")) << "it was renewed";
  this->later(3);
  EXPECT_THAT(this->due(*this->two_), ElementsAre("a"));
  EXPECT_TRUE(this->take(*this->two_, "a"));
  EXPECT_TRUE(this->one_->is_at_work(Kind::Fold, "a")) << "it does not know yet";
  run_alone(this->one_->renew());
  EXPECT_FALSE(this->one_->is_at_work(Kind::Fold, "a"));
  run_alone(this->one_->done(Kind::Fold, "a"));
  this->fail(*this->one_, "a");
  ASSERT_EQ(this->list().size(), 1U) << "a late word of the first one changes nothing";
  EXPECT_EQ(this->list().front().state.owner, "two");
  EXPECT_EQ(this->list().front().state.attempts, 2);
}

TYPED_TEST(JobsTest, WhatFailedIsTriedLaterAndThenGivenUp) {
  for (int attempt = 1; attempt < 24; ++attempt) {
    ASSERT_TRUE(this->take(*this->one_, "a")) << attempt;
    this->fail(*this->one_, "a", "cannot write \xff\n");
    EXPECT_THAT(this->due(*this->one_), IsEmpty());
    EXPECT_FALSE(this->take(*this->one_, "a"));
    this->later(3'600);
    EXPECT_THAT(this->due(*this->two_), ElementsAre("a"));
  }
  ASSERT_TRUE(this->take(*this->one_, "a"));
  this->fail(*this->one_, "a", std::string(2'000, 'x'));
  this->later(3'600);
  EXPECT_THAT(this->due(*this->one_), IsEmpty());
  const JobRow row = this->list().front();
  EXPECT_EQ(row.standing, Standing::GivenUp);
  EXPECT_EQ(row.state.attempts, 24);
  EXPECT_EQ(row.last_error, std::string(500, 'x'));
  const auto counts = run_alone(this->one_->counts());
  EXPECT_EQ(counts.at({"fold", Standing::GivenUp}), 1);

  EXPECT_TRUE(this->take(*this->one_, "a", Wish::Now)) << "a person asks for it";
  this->fail(*this->one_, "a", "still broken");
  EXPECT_EQ(this->list().front().last_error, "still broken");
  EXPECT_EQ(run_alone(this->two_->retry()), 1);
  EXPECT_THAT(this->due(*this->two_), ElementsAre("a"));
}

TYPED_TEST(JobsTest, WhatKillsItsNodeEachTimeIsGivenUp) {
  for (int attempt = 0; attempt < 24; ++attempt) {
    Jobs node(*this->database_, this->engine_.options("node " + std::to_string(attempt)));
    ASSERT_TRUE(this->take(node, "a")) << attempt;
    this->later(7);
  }
  EXPECT_FALSE(this->take(*this->one_, "a"));
  EXPECT_EQ(this->list().front().standing, Standing::GivenUp);
  EXPECT_THAT(this->due(*this->one_), IsEmpty());
}

TYPED_TEST(JobsTest, OneFailureAfterManyDeadNodesWaitsAsTheFirst) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    Jobs node(*this->database_, this->engine_.options("node " + std::to_string(attempt)));
    ASSERT_TRUE(this->take(node, "a")) << attempt;
    this->later(7);
  }
  ASSERT_TRUE(this->take(*this->one_, "a"));
  this->fail(*this->one_, "a");
  EXPECT_EQ(this->list().front().state.attempts, 11);
  EXPECT_EQ(this->list().front().state.failures, 1);
  this->later(2);
  EXPECT_THAT(this->due(*this->two_), ElementsAre("a"));
}

TYPED_TEST(JobsTest, WhatAPersonAskedForIsNoAttempt) {
  for (int wish = 0; wish < 30; ++wish) {
    ASSERT_TRUE(this->take(*this->one_, "a", Wish::Now)) << wish;
    this->fail(*this->one_, "a");
  }
  EXPECT_EQ(this->list().front().standing, Standing::Waiting);
  this->later(2);
  ASSERT_TRUE(this->take(*this->one_, "a"));
  run_alone(this->one_->give_back(Kind::Fold, "a"));
  ASSERT_TRUE(this->take(*this->one_, "a", Wish::Now));
  run_alone(this->one_->give_back(Kind::Fold, "a"));
  EXPECT_EQ(this->list().front().state.attempts, 0);
}

TYPED_TEST(JobsTest, WhatADeadNodeHadIsRetriedToo) {
  ASSERT_TRUE(this->take(*this->one_, "a"));
  EXPECT_EQ(run_alone(this->two_->retry()), 0) << "it works on it";
  this->later(7);
  EXPECT_EQ(run_alone(this->two_->retry()), 1);
  EXPECT_EQ(this->list().front().state.attempts, 0);
}

TYPED_TEST(JobsTest, WhatIsGivenBackIsDueAtOnce) {
  ASSERT_TRUE(this->take(*this->one_, "a"));
  run_alone(this->one_->give_back(Kind::Fold, "a"));
  EXPECT_THAT(this->due(*this->two_), ElementsAre("a"));
  EXPECT_EQ(this->list().front().state.attempts, 0);
  EXPECT_EQ(this->list().front().standing, Standing::Waiting);
}

TYPED_TEST(JobsTest, AJobIsAddedAndRemovedWithItsCause) {
  const auto write = [&](auto work) { run_alone(this->database_->write(usual_deadline(), work)); };
  write([&](Transaction& t) { this->one_->add(t, Kind::Erase, "a", std::chrono::seconds(2)); });
  EXPECT_THAT(run_alone(this->two_->due(Kind::Erase, 10)), IsEmpty());
  this->later(3);
  write([&](Transaction& t) { this->one_->add(t, Kind::Erase, "a", std::chrono::seconds(2)); });
  EXPECT_THAT(run_alone(this->two_->due(Kind::Erase, 10)), ElementsAre("a")) << "it stays";
  ASSERT_TRUE(run_alone(this->two_->take(Kind::Erase, "a", Wish::Due)));
  write([&](Transaction& t) {
    EXPECT_TRUE(this->one_->is_elsewhere(t, Kind::Erase, "a"));
    EXPECT_FALSE(this->two_->is_elsewhere(t, Kind::Erase, "a"));
    EXPECT_FALSE(this->one_->is_elsewhere(t, Kind::Erase, "b"));
    Jobs::remove(t, Kind::Erase, "a");
  });
  EXPECT_THAT(this->list(), IsEmpty());
}

TYPED_TEST(JobsTest, WhatIsPutOffIsDueLater) {
  const auto put_off = [&] {
    run_alone(
        this->one_->put_off(Kind::EndSilent, "a", std::chrono::seconds(30), usual_deadline()));
  };
  put_off();
  this->later(20);
  put_off();
  this->later(20);
  EXPECT_THAT(run_alone(this->two_->due(Kind::EndSilent, 10)), IsEmpty());
  this->later(20);
  EXPECT_THAT(run_alone(this->two_->due(Kind::EndSilent, 10)), ElementsAre("a"));
}

TYPED_TEST(JobsTest, OfManyWhoAskOneGetsIt) {
  constexpr int kAskers = 8;
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  threads.reserve(kAskers);
  for (int i = 0; i < kAskers; ++i) {
    threads.emplace_back([&, i] {
      Jobs asker(*this->database_, this->engine_.options(std::to_string(i)));
      if (run_alone(asker.take(Kind::Fold, "a", Wish::Due))) ++taken;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace reprise::jobs
