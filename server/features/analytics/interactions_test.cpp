// The interaction log on both engines.

#include "features/analytics/interactions.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::analytics {
namespace {

using access::UserId;
using database::Transaction;
using database::usual_deadline;
using testing::HasSubstr;
using testing::IsEmpty;

const UserId kAda("0194a000-0000-7000-8000-00000000000a");
const UserId kBen("0194a000-0000-7000-8000-00000000000b");
constexpr std::int64_t kDay = 86'400'000'000'000;

template <class Engine>
class InteractionsTest : public testing::Test {
 protected:
  static constexpr bool kPostgres = std::is_same_v<Engine, database::FreshPostgres>;
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    log_.emplace(*database_, LogOptions{.group_max = kPostgres ? 32U : 1U, .partitions = kPostgres},
                 [this] { return now_; });
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  static std::string event(const std::string& id, std::int64_t at, bool on = true) {
    return fmt::format(R"({{"id":"{}","kind":"mute","at":"{}","data":{{"on":{}}}}})", id,
                       rfc3339(at), on);
  }
  Logged log(const std::vector<std::string>& events, const UserId& by = kAda) {
    const auto body =
        boost::json::parse(fmt::format(R"({{"events":[{}]}})", fmt::join(events, ",")));
    auto batch = read_batch(body, "", now_);
    return run_alone(log_->log(by, *std::move(batch), usual_deadline()));
  }
  std::vector<Stored> read(const UserId& by = kAda, const Wanted& wanted = {},
                           std::int64_t after = 0) {
    return run_alone(log_->read(by, wanted, after, usual_deadline()));
  }
  std::int64_t count(const std::string& table) {
    return run_alone(database_->read(usual_deadline(), [&](Transaction& transaction) {
      return transaction.first("select count(*) from " + table)->integer(0);
    }));
  }
  EventSums sums(const UserId& by = kAda) { return run_alone(log_->sums(by, usual_deadline())); }

  Engine engine_;
  std::int64_t now_ = now_utc_ns() / 1'000'000 * 1'000'000;
  std::unique_ptr<database::Database> database_;
  std::optional<Interactions> log_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(InteractionsTest, Engines);

TYPED_TEST(InteractionsTest, TheSameEventIsStoredOnce) {
  const std::string first = new_uuid7();
  const std::string second = new_uuid7();
  const auto one = this->log({this->event(first, this->now_), this->event(second, this->now_)});
  EXPECT_EQ(one.accepted, 2);
  const auto again = this->log({this->event(first, this->now_), this->event(first, this->now_),
                                this->event(new_uuid7(), this->now_)});
  EXPECT_EQ(again.accepted, 1);
  EXPECT_EQ(again.duplicates, 2);
  EXPECT_EQ(this->sums().events, 3);
  EXPECT_EQ(this->sums().by_kind.at("mute"), 3);
  EXPECT_EQ(this->count("interaction_event"), 3);
}

TYPED_TEST(InteractionsTest, AnIdWithOtherContentIsRefusedAlsoWithAnotherTime) {
  const std::string id = new_uuid7();
  this->log({this->event(id, this->now_)});
  const auto refused =
      this->log({this->event(id, this->now_, false), this->event(new_uuid7(), this->now_),
                 this->event(id, this->now_ - 40 * kDay)});
  EXPECT_EQ(refused.accepted, 1);
  ASSERT_EQ(refused.refused.size(), 2U);
  EXPECT_EQ(refused.refused[0].index, 0U);
  EXPECT_EQ(refused.refused[1].index, 2U);
  EXPECT_THAT(refused.refused[1].problem, HasSubstr("`id`"));
  EXPECT_EQ(this->log({this->event(id, this->now_, false)}, kBen).accepted, 1)
      << "nobody learns what ids others have used";
}

TYPED_TEST(InteractionsTest, OnlyOnesOwnLiveSessionsAreTaken) {
  const std::string live = new_uuid7();
  run_alone(this->database_->write(usual_deadline(), [&](Transaction& transaction) {
    transaction.run(
        "insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values "
        "($1, $2, 'C', 1, 1)",
        {live, kAda.value});
    transaction.run(
        "insert into live_session (live_session_id, chat_id, owner_id, model, state, "
        "created_utc_ns) values ($1, $1, $2, 'm', 'live', 1)",
        {live, kAda.value});
  }));
  const auto of_live = [&] {
    return fmt::format(R"({{"id":"{}","kind":"interruption","at":"{}","live_session_id":"{}"}})",
                       new_uuid7(), rfc3339(this->now_), live);
  };
  EXPECT_EQ(this->log({of_live()}).accepted, 1);
  const auto foreign = this->log({of_live()}, kBen);
  ASSERT_EQ(foreign.refused.size(), 1U);
  EXPECT_THAT(foreign.refused[0].problem, HasSubstr("`live_session_id`"));
  EXPECT_EQ(this->read()[0].event.live_session_id, live);
}

TYPED_TEST(InteractionsTest, AreReadByTheirOwnerInOrder) {
  std::vector<std::string> ids;
  ids.reserve(5);
  for (int i = 0; i < 5; ++i) {
    ids.push_back(new_uuid7());
    this->log({this->event(ids.back(), this->now_ - i * 30 * kDay)});
  }
  const auto all = this->read();
  ASSERT_EQ(all.size(), 5U);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].event.id, ids[i]);
  EXPECT_EQ(this->read(kAda, {}, all[2].number).size(), 2U);
  EXPECT_EQ(this->read(kAda, {.from_utc_ns = this->now_ - 30 * kDay}).size(), 2U);
  EXPECT_EQ(this->read(kAda, {.before_utc_ns = this->now_ - 30 * kDay}).size(), 3U);
  EXPECT_THAT(this->read(kAda, {.kind = "camera"}), IsEmpty());
  EXPECT_THAT(this->read(kBen), IsEmpty());
  EXPECT_EQ(this->sums(kBen).events, 0);
}

TYPED_TEST(InteractionsTest, FewAmongManyAreFoundPieceByPiece) {
  Interactions log(*this->database_, {.looked_at_max = 2}, [this] { return this->now_; });
  std::vector<std::int64_t> wanted;
  for (int i = 0; i < 9; ++i) {
    const bool old = i % 4 == 0;
    this->log({this->event(new_uuid7(), this->now_ - (old ? 30 * kDay : 0))});
    if (old) wanted.push_back(i + 1);
  }
  std::vector<std::int64_t> found;
  Piece piece{.events = {}, .more = true};
  int pieces = 0;
  for (; piece.more && pieces < 10; ++pieces) {
    piece = run_alone(
        log.read_some(kAda, {.before_utc_ns = this->now_}, piece.after, usual_deadline()));
    for (const Stored& one : piece.events) found.push_back(one.number);
  }
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(pieces, 5);
  EXPECT_FALSE(run_alone(log.read_some(kBen, {}, 0, usual_deadline())).more);
}

TYPED_TEST(InteractionsTest, OldOnesGoAndSumsStayTrue) {
  this->log({this->event(new_uuid7(), this->now_ - 399 * kDay),
             this->event(new_uuid7(), this->now_ - 3 * kDay)});
  this->now_ += 2 * kDay;
  run_alone(this->log_->tidy());
  EXPECT_EQ(this->sums().events, 1);
  EXPECT_EQ(this->count("interaction_event"), 1);
  EXPECT_EQ(this->count("interaction_id"), 1);
  EXPECT_EQ(this->count("interaction_hour"), 1);
}

TYPED_TEST(InteractionsTest, TablesOfOldMonthsAreDropped) {
  this->log({this->event(new_uuid7(), this->now_), this->event(new_uuid7(), this->now_)});
  const auto tables = [this] {
    return !TestFixture::kPostgres
               ? 0
               : this->count(
                     "information_schema.tables where table_name like 'interaction_event_2%'");
  };
  const std::int64_t before = tables();
  this->now_ += 600 * kDay;
  const std::string kept = this->event(new_uuid7(), this->now_);
  this->log({kept});
  run_alone(this->log_->tidy());
  if (TestFixture::kPostgres) EXPECT_EQ(tables(), before) << "five came, five went";
  EXPECT_EQ(this->count("interaction_event"), 1);
  EXPECT_EQ(this->count("interaction_id"), 1);
  EXPECT_EQ(this->sums().events, 1);
}

TYPED_TEST(InteractionsTest, MonthsGetTheirTablesAlsoAfterACopy) {
  if (!TestFixture::kPostgres) GTEST_SKIP() << "no partitions";
  // A copied database: an event of this month lies in the table of the others.
  run_alone(this->database_->write(usual_deadline(), [this](Transaction& transaction) {
    transaction.run(
        "insert into interaction_event (owner_id, number, at_utc_ns, event_id, kind, data) values "
        "($1, 1, $2, $3, 'mute', '{\"on\":true}')",
        {kBen.value, this->now_, new_uuid7()});
  }));
  this->log({this->event(new_uuid7(), this->now_)});
  EXPECT_EQ(this->count("interaction_event_other"), 2);
  this->now_ += 45 * kDay;
  this->log({this->event(new_uuid7(), this->now_)});
  EXPECT_EQ(this->count("interaction_event_other"), 2) << "next month's has its own table";
  EXPECT_EQ(this->count("interaction_event"), 3);
}

TYPED_TEST(InteractionsTest, AnErasedPersonLeavesNothing) {
  for (const UserId& user : {kAda, kBen, access::local_user()}) {
    this->log({this->event(new_uuid7(), this->now_)}, user);
  }
  run_alone(this->log_->erase(kAda, std::numeric_limits<std::int64_t>::max()));
  run_alone(this->log_->erase(access::local_user(), this->now_));
  for (const char* table : {"interaction_event", "interaction_id", "interaction_hour"}) {
    EXPECT_EQ(this->count(table), 1) << table;
  }
  EXPECT_EQ(this->count("interaction_counter where owner_id = '" + kAda.value + "'"), 0);
  EXPECT_EQ(this->sums(kBen).events, 1);
}

TYPED_TEST(InteractionsTest, AStreamGoesOnAfterAnyEvent) {
  for (int i = 0; i < 3; ++i) this->log({this->event(new_uuid7(), this->now_)});
  const auto heard = [this](std::int64_t after) {
    const auto stream = this->log_->listen(kAda, after, false);
    std::string all;
    for (Bytes piece = run_alone(stream->next()); !piece.empty(); piece = run_alone(stream->next()))
      all += as_text(piece);
    return all;
  };
  const auto stored = this->read();
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const std::string text = heard(i == 0 ? 0 : stored[i - 1].number);
    EXPECT_THAT(text, HasSubstr(fmt::format("id: {}\nevent: event\n", stored[i].number)));
    EXPECT_THAT(text, HasSubstr(stored[2].event.id));
    if (i > 0) EXPECT_THAT(text, testing::Not(HasSubstr(stored[i - 1].event.id)));
  }
  std::vector<std::unique_ptr<http::BodySource>> open;
  open.reserve(kStreamsMax);
  for (std::size_t i = 0; i < kStreamsMax; ++i) open.push_back(this->log_->listen(kAda, 0, true));
  EXPECT_EQ(this->log_->listen(kAda, 0, true), nullptr);
  EXPECT_NE(this->log_->listen(kBen, 0, true), nullptr);
}

TYPED_TEST(InteractionsTest, ManyAtOnceAreAllStoredOnce) {
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> accepted{0};
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        accepted += this->log({this->event(new_uuid7(), this->now_)}).accepted;
      }
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(accepted, kThreads * kEach);
  EXPECT_EQ(this->sums().events, kThreads * kEach);
  EXPECT_EQ(this->count("interaction_event"), kThreads * kEach);
}

}  // namespace
}  // namespace reprise::analytics
