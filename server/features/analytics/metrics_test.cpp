// What is counted of sessions and answers, on both engines.

#include "features/analytics/metrics.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/analytics/event.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/jobs/jobs.hpp"

namespace reprise::analytics {
namespace {

using database::Transaction;
using database::usual_deadline;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kAnna = "0194a000-0000-7000-8000-00000000000a";
const std::string kBob = "0194a000-0000-7000-8000-00000000000b";
const std::int64_t kNoon = parse_rfc3339("2026-11-27T12:10:00Z").value();

/// The same as sums whose lengths are in order.
Sums in_order(const Totals& totals) {
  Sums sums{.counts = totals.counts, .lengths_ms = {}};
  for (std::size_t i = 0; i < kSeries; ++i) sums.lengths_ms[i] = totals.lengths_ms[i].sorted();
  return sums;
}

template <class Engine>
class MetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = engine_.open();
    if (!database_) GTEST_SKIP() << "PostgreSQL is not installed";
    metrics_.emplace(*database_, jobs_.emplace(*database_, as_node("this")), [] { return kNoon; });
    for (const std::string& owner : {kAnna, kBob}) {
      run("insert into chat (chat_id, owner_id, title, created_utc_ns, last_used_utc_ns) values "
          "($1, $2, 'Talk', 1, 1)",
          {chat_of(owner), owner});
    }
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  static jobs::JobsOptions as_node(std::string name) {
    return {.node = std::move(name), .nodes = jobs::Nodes::Several};
  }
  static std::string chat_of(const std::string& owner) { return "chat " + owner; }
  void run(const std::string& sql, const std::vector<database::Value>& values = {}) {
    run_alone(database_->write(usual_deadline(),
                               [&](Transaction& transaction) { transaction.run(sql, values); }));
  }
  /// A live session that was hung up. Returns its id.
  std::string session(const std::string& owner, std::int64_t at, const std::string& model = "m") {
    const std::string id = new_uuid7();
    run("insert into live_session (live_session_id, chat_id, owner_id, model, state, reason, "
        "created_utc_ns, ended_utc_ns) values ($1, $2, $3, $4, 'ended', 'hangup', $5, $6)",
        {id, chat_of(owner), owner, model, at, at + 60'000'000'000});
    return id;
  }
  /// A folded recording of it, with these response gaps. Returns its id.
  std::string record(const std::string& owner, const std::string& live, std::int64_t at,
                     std::vector<std::int32_t> gaps) {
    const std::string id = new_uuid7();
    run("insert into recording (recording_id, live_session_id, chat_id, owner_id, state, reason, "
        "created_utc_ns, stored_bytes) values ($1, $2, $3, $4, 'complete', 'hangup', $5, 1000)",
        {id, live, chat_of(owner), owner, at});
    Sums sums;
    sums[Count::Measured] = 1;
    sums[Series::GapMs] = std::move(gaps);
    run("insert into recording_view (recording_id, version, fold_version, chunk_count, "
        "duration_ns, first_words, media_bytes, has_video, width, height, created_utc_ns, "
        "measures) values ($1, 1, 1, 1, 60000000000, '', 50, 0, 0, 0, 1, $2)",
        {id, text_of(sums)});
    return id;
  }
  std::int64_t count() {
    std::int64_t all = 0;
    while (const std::int64_t more = run_alone(metrics_->count_changed())) all += more;
    return all;
  }
  ReportWanted wanted(const Whose& whose) {
    return {.range = checked({.from_utc_ns = kNoon - 24 * kHourNs,
                              .before_utc_ns = kNoon + 24 * kHourNs})
                         .value(),
            .whose = whose,
            .model = {},
            .task = {}};
  }
  Answered report(const ReportWanted& of) {
    return run_alone(metrics_->report(of, usual_deadline())).value();
  }
  Sums total(const Whose& whose) { return in_order(report(wanted(whose)).report.total); }
  std::vector<std::string> ids(const ReportWanted& of, const SessionsFilter& filter = {}) {
    std::vector<std::string> found;
    const auto page = run_alone(metrics_->sessions(of, filter, {}, usual_deadline()));
    found.reserve(page->items.size());
    for (const SessionRow& one : page->items) found.push_back(one.id);
    return found;
  }
  /// All that is kept, to compare it with what is made anew.
  std::vector<std::string> kept() {
    std::vector<std::string> all = kept_in("metric_hour", "hour_utc_ns");
    std::ranges::move(kept_in("metric_day", "day_utc_ns"), std::back_inserter(all));
    return all;
  }
  std::vector<std::string> kept_in(const std::string& table, const std::string& at) {
    return run_alone(database_->read(usual_deadline(), [&](Transaction& transaction) {
      const auto answer = transaction.run(
          fmt::format("select whose, {1}, model, version, sums from {0} order by whose, {1}, model",
                      table, at));
      std::vector<std::string> rows;
      rows.reserve(answer.rows.size());
      for (const database::Row& row : answer.rows) {
        rows.push_back(fmt::format("{} {} {} {} {}", row.text(0), row.integer(1), row.text(2),
                                   row.integer(3), row.text(4)));
      }
      return rows;
    }));
  }

  Engine engine_;
  std::unique_ptr<database::Database> database_;
  std::optional<jobs::Jobs> jobs_;
  std::optional<Metrics> metrics_;
};

using Engines = testing::Types<database::FreshSqlite, database::FreshPostgres>;
TYPED_TEST_SUITE(MetricsTest, Engines);

TYPED_TEST(MetricsTest, CountsWhatWasRecordedForItsOwnerAndForEverybody) {
  const std::string first = this->session(kAnna, kNoon);
  this->record(kAnna, first, kNoon, {600, 800});
  this->session(kAnna, kNoon + kHourNs, "other");
  this->session(kBob, kNoon);
  EXPECT_EQ(this->count(), 3) << "two hours of hers, one of his";
  EXPECT_EQ(this->count(), 0);
  const auto hers = this->report(this->wanted(kAnna));
  EXPECT_EQ(hers.report.total[Count::Sessions], 2);
  EXPECT_EQ(hers.report.total[Count::Hangup], 2);
  EXPECT_EQ(hers.report.total[Count::Recorded], 1);
  EXPECT_EQ(hers.report.total[Count::ChunkBytes], 1'000);
  EXPECT_EQ(hers.report.total[Count::MediaBytes], 50);
  EXPECT_THAT(hers.report.total[Series::GapMs].sorted(), ElementsAre(600, 800));
  EXPECT_THAT(hers.models, ElementsAre("m", "other"));
  EXPECT_EQ(this->total(kBob)[Count::Sessions], 1);
  EXPECT_EQ(this->total(std::nullopt)[Count::Sessions], 3);
  auto of_model = this->wanted(kAnna);
  of_model.model = "other";
  EXPECT_EQ(this->report(of_model).report.total[Count::Sessions], 1);
}

TYPED_TEST(MetricsTest, EveryChangeIsCountedAnew) {
  const std::string live = this->session(kAnna, kNoon);
  const std::string recording = this->record(kAnna, live, kNoon, {600});
  this->count();
  this->run("update live_session set state = 'live', reason = null, ended_utc_ns = null");
  this->count();
  EXPECT_EQ(this->total(kAnna)[Count::Live], 1);
  EXPECT_EQ(this->total(kAnna)[Count::Hangup], 0);
  this->run("update recording set state = 'erased', erased_utc_ns = 1 where recording_id = $1",
            {recording});
  this->count();
  EXPECT_EQ(this->total(kAnna)[Count::Recorded], 0);
  EXPECT_THAT(this->total(kAnna)[Series::GapMs], IsEmpty());
  this->run("update live_session set owner_id = $1", {kBob});
  this->count();
  EXPECT_EQ(this->total(kAnna), Sums());
  EXPECT_EQ(this->total(kBob)[Count::Sessions], 1);
  this->run("delete from chat where chat_id = $1", {TestFixture::chat_of(kAnna)});
  this->count();
  EXPECT_EQ(this->total(kBob), Sums());
  EXPECT_THAT(this->kept(), IsEmpty()) << "nothing is left of anybody";
}

TYPED_TEST(MetricsTest, AnswersAreCountedWithTheirTokens) {
  const auto answer = [this](const std::string& state) {
    std::string id = new_uuid7();
    this->run(
        "insert into message (message_id, chat_id, kind, created_utc_ns, owner_id, role, state, "
        "model, input_tokens, output_tokens) values ($1, $2, 'text', $3, $4, 'model', $5, 'text', "
        "7, 5)",
        {id, TestFixture::chat_of(kAnna), kNoon, kAnna, state});
    return id;
  };
  answer("complete");
  answer("failed");
  const std::string written = answer("streaming");
  this->count();
  EXPECT_EQ(this->total(kAnna)[Count::Answers], 2);
  EXPECT_EQ(this->total(kAnna)[Count::FailedAnswers], 1);
  EXPECT_EQ(this->total(kAnna)[Count::PromptText], 14);
  this->run("update message set state = 'complete' where message_id = $1", {written});
  this->count();
  EXPECT_EQ(this->total(kAnna)[Count::Answers], 3);
  EXPECT_EQ(this->total(kAnna)[Count::AnswerText], 15);
}

TYPED_TEST(MetricsTest, WhatIsMadeAnewIsTheSame) {
  for (int i = 0; i < 70; ++i) {
    const std::int64_t at = kNoon + i * kHourNs / 3;
    const std::string& owner = i % 3 == 0 ? kBob : kAnna;
    this->record(owner, this->session(owner, at), at, {i, 2 * i});
  }
  this->count();
  const auto before = this->kept();
  EXPECT_GT(before.size(), 60);
  this->run("delete from metric_hour where hour_utc_ns > $1", {kNoon + 5 * kHourNs});
  this->run("delete from metric_day where whose = $1", {kBob});
  this->run("update metric_hour set sums = 'nonsense', version = version + 1");
  run_alone(this->metrics_->rebuild_if_other_version());
  this->count();
  EXPECT_EQ(this->kept(), before);
  run_alone(this->metrics_->rebuild_if_other_version());
  EXPECT_EQ(this->count(), 0) << "all is of this version";
}

TYPED_TEST(MetricsTest, TheSessionsBehindANumber) {
  const std::string slow = this->session(kAnna, kNoon);
  this->record(kAnna, slow, kNoon, {2'400, 700});
  const std::string quick = this->session(kAnna, kNoon + 1);
  this->record(kAnna, quick, kNoon + 1, {500});
  const std::string unrecorded = this->session(kAnna, kNoon + 2);
  const std::string his = this->session(kBob, kNoon);
  EXPECT_THAT(this->ids(this->wanted(kAnna)), ElementsAre(unrecorded, quick, slow));
  EXPECT_THAT(this->ids(this->wanted(std::nullopt)),
              UnorderedElementsAre(unrecorded, quick, slow, his));
  EXPECT_THAT(this->ids(this->wanted(kAnna), {.counted = Count::Measured}),
              ElementsAre(quick, slow));
  EXPECT_THAT(this->ids(this->wanted(kAnna), {.counted = Count::Lost}), IsEmpty());
  const SessionsFilter bar{
      .counted = {}, .of = Series::GapMs, .from_ms = 2'000, .before_ms = 2'500};
  EXPECT_THAT(this->ids(this->wanted(kAnna), bar), ElementsAre(slow));
  const auto first =
      run_alone(this->metrics_->sessions(this->wanted(kAnna), {}, {.limit = 2}, usual_deadline()));
  ASSERT_TRUE(first->next);
  const auto rest = run_alone(this->metrics_->sessions(
      this->wanted(kAnna), {}, {.limit = 2, .after = first->next}, usual_deadline()));
  ASSERT_EQ(rest->items.size(), 1);
  EXPECT_EQ(rest->items[0].id, slow);
}

TYPED_TEST(MetricsTest, ATaskCountsItsOwnSessionsForItsOwnerAlone) {
  const std::string task = new_uuid7();
  this->run(
      "insert into task (task_id, owner_id, title, text, steps_json, done, position, revision, "
      "created_sha256_hex, search_text, created_utc_ns, updated_utc_ns) values ($1, $2, 'T', '', "
      "'[]', 0, 0, 1, $3, '', 1, 1)",
      {task, kAnna, std::string(64, 'a')});
  const std::string held = this->session(kAnna, kNoon);
  this->record(kAnna, held, kNoon, {600});
  this->session(kAnna, kNoon);
  this->run(
      "insert into task_session (task_id, live_session_id, created_utc_ns) values ($1, $2, 1)",
      {task, held});
  auto of_task = this->wanted(kAnna);
  of_task.task = task;
  EXPECT_EQ(this->report(of_task).report.total[Count::Sessions], 1);
  EXPECT_THAT(this->report(of_task).report.total[Series::GapMs].sorted(), ElementsAre(600));
  EXPECT_THAT(this->ids(of_task), ElementsAre(held));
  of_task.whose = kBob;
  const auto foreign = run_alone(this->metrics_->report(of_task, usual_deadline()));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::NotFound);
}

TYPED_TEST(MetricsTest, WholeDaysAndHoursSayTheSame) {
  const std::int64_t midnight = day_of(kNoon);
  for (int i = -30; i < 30; ++i) {
    const std::int64_t at = midnight + i * 5 * kHourNs;
    this->record(kAnna, this->session(kAnna, at, i % 2 == 0 ? "m" : "other"), at, {i + 100});
  }
  this->count();
  const auto of = [&](std::int64_t ahead_hours, Step step) {
    auto wanted = this->wanted(kAnna);
    wanted.range = checked({.from_utc_ns = midnight - 70 * kHourNs,
                            .before_utc_ns = midnight + 75 * kHourNs,
                            .step = step,
                            .ahead_ns = ahead_hours * kHourNs})
                       .value();
    Report report = this->report(wanted).report;
    Sums sum;
    for (const Sums& one : report.steps) sum += one;
    for (auto& lengths : sum.lengths_ms) std::ranges::sort(lengths);
    EXPECT_EQ(sum, in_order(report.total));
    return sum;
  };
  const Sums by_hours = of(0, Step::Hour);
  EXPECT_EQ(by_hours[Count::Sessions], 29);
  EXPECT_EQ(std::ssize(by_hours[Series::GapMs]), 29);
  for (const std::int64_t ahead : {0, 5, -8}) {
    EXPECT_EQ(of(ahead, Step::Day), by_hours);
    EXPECT_EQ(of(ahead, Step::Week), by_hours);
  }
}

TYPED_TEST(MetricsTest, OneNodeCountsAtATime) {
  this->session(kAnna, kNoon);
  jobs::Jobs other(*this->database_, TestFixture::as_node("other"));
  ASSERT_TRUE(run_alone(other.take(jobs::Kind::CountHours, "hours", jobs::Wish::Due)));
  run_alone(this->metrics_->keep_up());
  EXPECT_EQ(this->total(kAnna)[Count::Sessions], 0) << "the other node is at it";
  run_alone(other.give_back(jobs::Kind::CountHours, "hours"));
  run_alone(this->metrics_->keep_up());
  EXPECT_EQ(this->total(kAnna)[Count::Sessions], 1);
  EXPECT_THAT(run_alone(this->jobs_->list(10)), IsEmpty()) << "nothing is left to do";
}

TYPED_TEST(MetricsTest, AStudyAndItsConditionsCountTheirOwnSessions) {
  const std::string study = new_uuid7();
  const std::string other = new_uuid7();
  for (const std::string& id : {study, other}) {
    this->run(
        "insert into study (study_id, owner_id, title, state, seed, before_json, after_json, "
        "created_utc_ns, updated_utc_ns) values ($1, $2, 'S', 'open', 1, '[]', '[]', 1, 1)",
        {id, kAnna});
  }
  std::vector<std::string> conditions;
  std::vector<std::string> held;
  conditions.reserve(2);
  held.reserve(2);
  for (const std::int64_t n : {1, 2}) {
    conditions.push_back(new_uuid7());
    this->run(
        "insert into study_condition (condition_id, study_id, position, name, model, voice, "
        "instruction, camera) values ($1, $2, $3, $4, '', '', '', 0)",
        {conditions.back(), study, n, "C" + std::to_string(n)});
    const std::string participant = new_uuid7();
    this->run(
        "insert into study_participant (participant_id, study_id, number, secret_sha256_hex, "
        "stage, condition_id, created_utc_ns, expires_utc_ns) values ($1, $2, $3, $4, 'talk', $5, "
        "1, 2)",
        {participant, study, n, std::string(64, n == 1 ? 'a' : 'b'), conditions.back()});
    held.push_back(this->session(kAnna, kNoon + n));
    this->record(kAnna, held.back(), kNoon + n, {static_cast<std::int32_t>(n * 100)});
    this->run(
        "insert into study_session (live_session_id, participant_id, created_utc_ns) values ($1, "
        "$2, 1)",
        {held.back(), participant});
  }
  this->session(kAnna, kNoon);
  auto of = this->wanted(kAnna);
  of.study = study;
  EXPECT_EQ(this->report(of).report.total[Count::Sessions], 2);
  EXPECT_THAT(this->ids(of), ElementsAre(held[1], held[0]));
  const auto known = this->report(of).studies;
  ASSERT_EQ(known.size(), 2);
  const KnownStudy& shown = known[0].id == study ? known[0] : known[1];
  ASSERT_EQ(shown.conditions.size(), 2);
  EXPECT_EQ(shown.conditions[0].id, conditions[0]);
  EXPECT_EQ(shown.conditions[1].name, "C2");
  of.condition = conditions[0];
  EXPECT_THAT(this->report(of).report.total[Series::GapMs].sorted(), ElementsAre(100));
  EXPECT_THAT(this->ids(of), ElementsAre(held[0]));
  of.study = other;
  EXPECT_FALSE(run_alone(this->metrics_->report(of, usual_deadline()))) << "not of that study";
  of.condition = std::nullopt;
  EXPECT_EQ(in_order(this->report(of).report.total), Sums());
  of.study = study;
  of.whose = std::nullopt;  // an admin looks at everybody
  EXPECT_EQ(this->report(of).report.total[Count::Sessions], 2);
  of.whose = kBob;
  EXPECT_FALSE(run_alone(this->metrics_->report(of, usual_deadline())));
  EXPECT_THAT(run_alone(this->metrics_->report(this->wanted(kBob), usual_deadline()))->studies,
              IsEmpty());
}

}  // namespace
}  // namespace reprise::analytics
