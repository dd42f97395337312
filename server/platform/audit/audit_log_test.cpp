// The audit log, on both engines.
#include "platform/audit/audit_log.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::audit {
namespace {

using database::DatabaseError;
using database::Transaction;
using database::usual_deadline;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

Deed viewed(std::string recording) {
  return {.event = Event::RecordingViewed,
          .kind = ObjectKind::Recording,
          .object_id = std::move(recording)};
}
Doer anna() { return {.user_id = "anna", .request_id = "q1", .address = "192.0.2.0/24"}; }
Doer bert() { return {.user_id = "bert"}; }

template <class Engine>
class AuditLogTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    log_.emplace(*database_, [this] { return clock_; });
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void add(Doer doer, Deed deed) {
    run_alone(log_->add(std::move(doer), std::move(deed)));
    clock_ += kSecond;
  }
  std::vector<std::string> objects(Wanted wanted = {}) {
    std::vector<std::string> ids;
    for (const Entry& one : run_alone(log_->list(std::move(wanted), {})).items) {
      ids.push_back(one.object_id);
    }
    return ids;
  }
  void change(const std::string& sql) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql); }));
  }
  /// What somebody with the password of the database can do.
  void without_guard(const std::string& sql) {
    if constexpr (std::is_same_v<Engine, database::FreshSqlite>) {
      change("drop trigger audit_entry_stays");
      change("drop trigger audit_entry_fixed");
    } else {
      change("drop trigger audit_entry_fixed on audit_entry");
    }
    change(sql);
  }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<AuditLog> log_;
  std::int64_t clock_ = 1'000 * kSecond;
};
using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(AuditLogTest, Engines);

TYPED_TEST(AuditLogTest, AnEntryKeepsWhatWasSaid) {
  this->add(anna(), {.event = Event::RecordingDownloaded,
                     .kind = ObjectKind::Recording,
                     .object_id = "r",
                     .detail = "mcap"});
  const Entry only = run_alone(this->log_->list({}, {})).items.front();
  EXPECT_EQ(only.at_utc_ns, 1'000 * kSecond);
  EXPECT_EQ(only.actor, "anna");
  EXPECT_EQ(only.event, "recording_downloaded");
  EXPECT_EQ(only.object_kind, "recording");
  EXPECT_EQ(only.object_id, "r");
  EXPECT_EQ(only.request_id, "q1");
  EXPECT_EQ(only.address, "192.0.2.0/24");
  EXPECT_EQ(only.detail, "mcap");
}

TYPED_TEST(AuditLogTest, AnEntryIsThereOnlyWithItsDeed) {
  EXPECT_THROW(run_alone(this->database_->write(usual_deadline(),
                                                [&](Transaction& transaction) {
                                                  this->log_->add(transaction, anna(), viewed("r"));
                                                  throw std::runtime_error("the deed failed");
                                                })),
               std::runtime_error);
  EXPECT_THAT(this->objects(), ElementsAre());
}

TYPED_TEST(AuditLogTest, EntriesGetTheirPlacesOnceAndTheChainHolds) {
  for (int i = 0; i < 3; ++i) this->add(anna(), viewed("r" + std::to_string(i)));
  EXPECT_EQ(run_alone(this->log_->verify(std::nullopt)).open, 3);
  EXPECT_EQ(run_alone(this->log_->seal()), 3);
  EXPECT_EQ(run_alone(this->log_->seal()), 0);
  const Verdict first = run_alone(this->log_->verify(std::nullopt));
  EXPECT_EQ(first.head.seq, 3);
  EXPECT_EQ(first.open, 0);
  EXPECT_EQ(first.broken, std::nullopt);

  this->add(bert(), viewed("r3"));
  EXPECT_EQ(run_alone(this->log_->seal()), 1);
  const Verdict second = run_alone(this->log_->verify(first.head));
  EXPECT_EQ(second.head.seq, 4);
  EXPECT_EQ(second.broken, std::nullopt);
}

TYPED_TEST(AuditLogTest, ManyEntriesAreSealedAndFollowedAtATime) {
  run_alone(this->database_->write(usual_deadline(), [&](Transaction& transaction) {
    for (int i = 0; i < 2'501; ++i) this->log_->add(transaction, anna(), viewed("r"));
  }));
  std::int64_t placed = 0;
  for (std::int64_t some = 1; some > 0; placed += some) some = run_alone(this->log_->seal());
  EXPECT_EQ(placed, 2'501);
  const Verdict verdict = run_alone(this->log_->verify(std::nullopt));
  EXPECT_EQ(verdict.head.seq, 2'501);
  EXPECT_EQ(verdict.broken, std::nullopt);
}

TYPED_TEST(AuditLogTest, NodesThatSealAtTheSameTimeMakeOneChain) {
  for (int i = 0; i < 40; ++i) this->add(anna(), viewed("r" + std::to_string(i)));
  constexpr int kNodes = 4;
  std::atomic<int> ended = 0;
  std::vector<std::thread> nodes;
  nodes.reserve(kNodes);
  for (int node = 0; node < kNodes; ++node) {
    nodes.emplace_back([&] {
      try {
        run_alone(this->log_->seal());
        ++ended;
      } catch (const DatabaseError& error) {  // too many at once: the next second tries again
        if (error.failure() == database::Failure::Busy) ++ended;
      }
    });
  }
  for (std::thread& node : nodes) node.join();
  EXPECT_EQ(ended, kNodes);
  run_alone(this->log_->seal());
  const Verdict verdict = run_alone(this->log_->verify(std::nullopt));
  EXPECT_EQ(verdict.head.seq, 40);
  EXPECT_EQ(verdict.open, 0);
  EXPECT_EQ(verdict.broken, std::nullopt);
}

TYPED_TEST(AuditLogTest, TheDatabaseRefusesToChangeOrRemoveAnEntry) {
  this->add(anna(), viewed("a"));
  run_alone(this->log_->seal());
  this->add(anna(), viewed("b"));
  for (const char* sql :
       {"update audit_entry set actor_id = 'bert' where object_id = 'a'",
        "update audit_entry set seq = 7 where object_id = 'a'",
        "update audit_entry set seq = null, hash_hex = null where object_id = 'a'",
        "update audit_entry set actor_id = 'bert' where object_id = 'b'",
        "delete from audit_entry where object_id = 'a'",
        "delete from audit_entry where object_id = 'b'"}) {
    EXPECT_THROW(this->change(sql), DatabaseError) << sql;
  }
  EXPECT_EQ(run_alone(this->log_->seal()), 1);
  EXPECT_EQ(run_alone(this->log_->verify(std::nullopt)).broken, std::nullopt);
}

TYPED_TEST(AuditLogTest, AChangeBehindTheServersBackIsFound) {
  for (int i = 0; i < 3; ++i) this->add(anna(), viewed("r" + std::to_string(i)));
  run_alone(this->log_->seal());
  this->without_guard("update audit_entry set actor_id = 'bert' where object_id = 'r1'");
  EXPECT_THAT(run_alone(this->log_->verify(std::nullopt)).broken.value_or(""),
              HasSubstr("entry 2 ("));
}

TYPED_TEST(AuditLogTest, ACutEndIsFoundByANotedHead) {
  for (int i = 0; i < 3; ++i) this->add(anna(), viewed("r" + std::to_string(i)));
  run_alone(this->log_->seal());
  const Head noted = run_alone(this->log_->verify(std::nullopt)).head;
  this->without_guard("delete from audit_entry where object_id = 'r2'");
  EXPECT_EQ(run_alone(this->log_->verify(std::nullopt)).broken, std::nullopt);
  EXPECT_THAT(run_alone(this->log_->verify(noted)).broken.value_or(""), HasSubstr("was cut off"));
}

TYPED_TEST(AuditLogTest, AListIsNewestFirstAndCanBeNarrowed) {
  this->add(anna(), viewed("a"));
  this->add(bert(), viewed("a"));
  this->add(anna(), viewed("b"));
  EXPECT_THAT(this->objects(), ElementsAre("b", "a", "a"));
  EXPECT_THAT(this->objects({.object_id = "a"}), ElementsAre("a", "a"));
  EXPECT_THAT(this->objects({.actor = "anna"}), ElementsAre("b", "a"));
  EXPECT_THAT(this->objects({.object_id = "a", .actor = "bert"}), ElementsAre("a"));
  this->add(anna(), viewed(hidden_id("c")));
  EXPECT_THAT(this->objects({.object_id = "c"}), ElementsAre(hidden_id("c")));
  const auto page = run_alone(this->log_->list({}, {.limit = 3}));
  ASSERT_TRUE(page.next);
  const auto rest = run_alone(this->log_->list({}, {.limit = 2, .after = page.next}));
  ASSERT_EQ(rest.items.size(), 1U);
  EXPECT_EQ(rest.items.front().actor, "anna");
  EXPECT_EQ(rest.items.front().object_id, "a");
  EXPECT_FALSE(rest.next);
}

TYPED_TEST(AuditLogTest, WhatIsRepeatedIsNotedOnceInAWhile) {
  const auto view = [&](Doer doer, const char* recording) {
    run_alone(this->log_->add_once(std::move(doer), viewed(recording), 10 * kSecond));
  };
  view(anna(), "a");
  view(anna(), "a");
  EXPECT_EQ(this->objects().size(), 1U);
  view(bert(), "a");
  view(anna(), "b");
  EXPECT_EQ(this->objects().size(), 3U);
  this->clock_ += 10 * kSecond;
  view(anna(), "a");
  EXPECT_EQ(this->objects().size(), 3U) << "ten seconds are not over";
  this->clock_ += 1;
  view(anna(), "a");
  EXPECT_EQ(this->objects().size(), 4U);
}

}  // namespace
}  // namespace reprise::audit
