#include "features/analytics/metric_rows.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "base/page.hpp"
#include "domain/analytics/event.hpp"
#include "features/analytics/metrics.hpp"

namespace reprise::analytics {

using database::Row;
using database::Transaction;

namespace {

using ByModel = std::map<std::string, Sums>;
/// An hour or a day of one person.
using Place = std::pair<std::int64_t, std::string>;

/// A table of sums, and the column that says when.
struct Kept {
  const char* table;
  const char* at;
};
constexpr Kept kHours{.table = "metric_hour", .at = "hour_utc_ns"};
constexpr Kept kDays{.table = "metric_day", .at = "day_utc_ns"};

std::string name_of(const Whose& whose) { return whose.value_or(std::string(kSumsOfAll)); }

void store(Transaction& transaction, const Kept& kept, const Place& place, const ByModel& sums) {
  const auto& [at, whose] = place;
  transaction.run(fmt::format("delete from {} where whose = $1 and {} = $2", kept.table, kept.at),
                  {whose, at});
  const std::string insert =
      fmt::format("insert into {} (whose, {}, model, version, sums) values ($1, $2, $3, $4, $5)",
                  kept.table, kept.at);
  for (const auto& [model, of_model] : sums) {
    transaction.run(insert, {whose, at, model, kSumsVersion, text_of(of_model)});
  }
}

/// Counts what one person did in an hour.
void count_hour(Transaction& transaction, const Place& place) {
  const auto& [hour, owner] = place;
  ByModel sums;
  each_session(transaction, {.whose = owner, .from_utc_ns = hour, .before_utc_ns = hour + kHourNs},
               [&sums](const SessionRow& one) { sums[one.model] += one.sums; });
  for (const AnswersRow& one : answers_in(transaction, owner, hour, hour + kHourNs)) {
    sums[one.model] += one.sums;
  }
  store(transaction, kHours, place, sums);
}

/// Adds up what all people did in an hour.
void add_up_people(Transaction& transaction, std::int64_t hour) {
  ByModel sums;
  const auto answer = transaction.run(
      "select model, sums from metric_hour where hour_utc_ns = $1 and whose <> $2 order by whose, "
      "model",
      {hour, kSumsOfAll});
  for (const Row& row : answer.rows) add_text(sums[row.text(0)], row.text(1));
  store(transaction, kHours, {hour, std::string(kSumsOfAll)}, sums);
}

/// Adds up the hours of a day.
void add_up_hours(Transaction& transaction, const Place& place) {
  const auto& [day, whose] = place;
  ByModel sums;
  const auto answer = transaction.run(
      "select model, sums from metric_hour where whose = $1 and hour_utc_ns >= $2 and hour_utc_ns "
      "< $3 order by hour_utc_ns, model",
      {whose, day, day + kDayNs});
  for (const Row& row : answer.rows) add_text(sums[row.text(0)], row.text(1));
  store(transaction, kDays, place, sums);
}

void add_rows(Transaction& transaction, const Kept& kept, const Whose& whose,
              const Stretch& stretch, const std::optional<std::string>& model,
              ReportMaker& report) {
  const auto answer = transaction.run(
      fmt::format("select {1}, model, sums from {0} where whose = $1 and {1} >= $2 and {1} < $3 "
                  "and model = coalesce($4, model)",
                  kept.table, kept.at),
      {name_of(whose), stretch.from_utc_ns, stretch.before_utc_ns, model});
  for (const Row& row : answer.rows) report.add(row.integer(0), row.text(1), row.text(2));
}

}  // namespace

void each_session(Transaction& transaction, const SessionsWanted& wanted,
                  const std::function<void(const SessionRow&)>& use) {
  PageKey place = newest_first({});
  for (bool more = true; more;) {
    const auto some = sessions_in(transaction, wanted, place, kSessionsAtOnce);
    for (const SessionRow& one : some) use(one);
    more = std::ssize(some) == kSessionsAtOnce;
    if (more) place = {.utc_ns = some.back().created_utc_ns, .id = some.back().id};
  }
}

std::int64_t count_marked(Transaction& transaction, std::int64_t hours_max) {
  // First: a mark that is made while this counts stays, and its hour is counted once more.
  const auto taken = transaction.run(
      "delete from metric_mark where (whose, hour_utc_ns) in (select distinct whose, hour_utc_ns "
      "from metric_mark order by whose, hour_utc_ns limit $1) returning whose, hour_utc_ns",
      {hours_max});
  std::set<Place> hours;
  for (const Row& row : taken.rows) hours.emplace(row.integer(1), row.text(0));
  std::set<Place> days;
  std::set<std::int64_t> of_all;
  for (const Place& place : hours) {
    count_hour(transaction, place);
    days.emplace(day_of(place.first), place.second);
    days.emplace(day_of(place.first), kSumsOfAll);
    of_all.insert(place.first);
  }
  for (const std::int64_t hour : of_all) add_up_people(transaction, hour);
  for (const Place& place : days) add_up_hours(transaction, place);
  return std::ssize(hours);
}

void mark_all(Transaction& transaction) {
  transaction.run(
      "insert into metric_mark (metric_mark_id, whose, hour_utc_ns) select 'again', whose, "
      "hour_utc_ns from (select whose, hour_utc_ns from metric_hour where whose <> '' union "
      "select whose, day_utc_ns from metric_day where whose <> '' union "
      "select owner_id, created_utc_ns - created_utc_ns % 3600000000000 from live_session union "
      "select owner_id, created_utc_ns - created_utc_ns % 3600000000000 from message where kind "
      "= 'text' and role = 'model') as there where 1 = 1 on conflict do nothing");
}

void add_kept(Transaction& transaction, const Whose& whose, const Range& range,
              const std::optional<std::string>& model, ReportMaker& report) {
  for (const Stretch& one : stretches_of(range)) {
    add_rows(transaction, one.whole_days ? kDays : kHours, whose, one, model, report);
  }
}

std::vector<std::string> models_in(Transaction& transaction, const Whose& whose,
                                   const Range& range) {
  const auto answer = transaction.run(
      "select distinct model from metric_day where whose = $1 and day_utc_ns >= $2 and day_utc_ns "
      "< $3 order by model",
      {name_of(whose), day_of(range.from_utc_ns), range.before_utc_ns});
  std::vector<std::string> models;
  models.reserve(answer.rows.size());
  for (const Row& row : answer.rows) models.push_back(row.text(0));
  return models;
}

}  // namespace reprise::analytics
