// Rates that nodes share, on both engines.
#include "platform/limits/limiter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::limits {
namespace {

using database::Transaction;
using database::usual_deadline;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Time passes in the tests only; with PostgreSQL, whose clock is its own, by moving the rows.
struct OnSqlite {
  std::unique_ptr<database::Database> open() {
    return database::open_sqlite({.file = directory.path() / "reprise.db"},
                                 database::sqlite_migrations());
  }
  database::TemporaryDirectory directory;
  static constexpr const char* kNowSql = "";
};
struct OnPostgres {
  std::unique_ptr<database::Database> open() {
    auto* server = database::PostgresServer::get();
    if (server == nullptr) return nullptr;
    return database::open_postgres({.target = {.url = server->url(server->make_database())}},
                                   database::postgres_migrations());
  }
  static constexpr const char* kNowSql = "cast(1000000000000 as bigint)";
};

template <class Engine>
class LimiterTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    one_.emplace(*database_, options());
    two_.emplace(*database_, options());
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  LimiterOptions options() {
    return {.now_sql = Engine::kNowSql,
            .now_utc_ns = []() -> std::int64_t { return 1'000'000'000'000; },
            .now_steady = [this] { return steady_; }};
  }
  void later(nanoseconds time) {
    steady_ += time;
    run_alone(database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run("update rate_bucket set filled_until_utc_ns = filled_until_utc_ns - $1",
                      {time.count()});
    }));
  }
  std::optional<nanoseconds> take(Limiter& node, std::vector<Bucket> buckets) {
    return run_alone(node.take(std::move(buckets)));
  }
  bool admits(Limiter& node, const char* key, Rate rate) {
    return !take(node, {{.key = key, .rate = rate}});
  }
  int admitted(Limiter& node, const char* key, Rate rate, int times) {
    int count = 0;
    for (int i = 0; i < times; ++i) count += admits(node, key, rate) ? 1 : 0;
    return count;
  }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<Limiter> one_;
  std::optional<Limiter> two_;
  std::chrono::steady_clock::time_point steady_{seconds(1'000)};
};
using Engines = testing::Types<OnSqlite, OnPostgres>;
TYPED_TEST_SUITE(LimiterTest, Engines);

constexpr Rate kFive{.burst = 5, .per = seconds(2)};

TYPED_TEST(LimiterTest, ABurstThenTheRate) {
  EXPECT_EQ(this->admitted(*this->one_, "a", kFive, 20), 5);
  EXPECT_EQ(this->take(*this->one_, {{.key = "a", .rate = kFive}}), seconds(2));
  this->later(seconds(2));
  EXPECT_EQ(this->admitted(*this->one_, "a", kFive, 20), 1);
}

TYPED_TEST(LimiterTest, OthersAreNotAffected) {
  EXPECT_EQ(this->admitted(*this->one_, "a", kFive, 20), 5);
  EXPECT_TRUE(this->admits(*this->one_, "b", kFive));
}

TYPED_TEST(LimiterTest, NodesShareABurst) {
  int admitted = 0;
  for (int i = 0; i < 20; ++i) {
    admitted += this->admits(i % 2 == 0 ? *this->one_ : *this->two_, "a", kFive) ? 1 : 0;
  }
  EXPECT_EQ(admitted, 5);
}

TYPED_TEST(LimiterTest, WhoIsRefusedAtOneNodeIsRefusedAtAnother) {
  EXPECT_EQ(this->admitted(*this->one_, "a", kFive, 5), 5);
  EXPECT_FALSE(this->admits(*this->two_, "a", kFive));
  Limiter after_restart(*this->database_, this->options());
  EXPECT_FALSE(this->admits(after_restart, "a", kFive));
}

TYPED_TEST(LimiterTest, OfAWideRateNodesTellEachOtherNowAndThen) {
  constexpr Rate kWide{.burst = 100, .per = seconds(1)};
  int admitted = 0;
  for (int i = 0; i < 300; ++i) {
    admitted += this->admits(i % 2 == 0 ? *this->one_ : *this->two_, "a", kWide) ? 1 : 0;
  }
  EXPECT_GE(admitted, 100);
  EXPECT_LE(admitted, 120) << "a tenth for each node";
  const auto row = run_alone(this->database_->read(usual_deadline(), [](Transaction& transaction) {
    return transaction.first("select filled_until_utc_ns from rate_bucket")->integer(0);
  }));
  EXPECT_LE(row, 1'000'000'000'000 + 120 * 1'000'000'000LL);
}

TYPED_TEST(LimiterTest, TheNarrowestBucketStopsAndTheOthersKeepTheirs) {
  const Bucket user{.key = "user", .rate = kFive};
  const Bucket all{.key = "all", .rate = {.burst = 8, .per = seconds(2)}};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(this->take(*this->one_, {user, all}));
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(this->take(*this->one_, {user, all}));
  EXPECT_EQ(this->admitted(*this->one_, "all", all.rate, 20), 3);
}

TYPED_TEST(LimiterTest, WhoIsGoneIsForgotten) {
  EXPECT_TRUE(this->admits(*this->one_, "a", kFive));
  run_alone(this->one_->sweep());
  const auto rows = [&] {
    return run_alone(this->database_->read(usual_deadline(), [](Transaction& transaction) {
      return transaction.first("select count(*) from rate_bucket")->integer(0);
    }));
  };
  EXPECT_EQ(rows(), 1);
  this->later(std::chrono::hours(25));
  run_alone(this->one_->sweep());
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(this->admitted(*this->one_, "a", kFive, 20), 5);
}

}  // namespace
}  // namespace reprise::limits
