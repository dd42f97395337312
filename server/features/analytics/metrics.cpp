#include "features/analytics/metrics.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "domain/analytics/event.hpp"

namespace reprise::analytics {

using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

/// The name under which the sums of everybody are kept.
constexpr std::string_view kSumsOfAll;

using ByModel = std::map<std::string, Sums>;

std::string name_of(const Whose& whose) { return whose.value_or(std::string(kSumsOfAll)); }

SessionsWanted sessions_of(const ReportWanted& wanted) {
  return {.whose = wanted.whose,
          .from_utc_ns = wanted.range.from_utc_ns,
          .before_utc_ns = wanted.range.before_utc_ns,
          .model = wanted.model,
          .task = wanted.task};
}

/// Reads all sessions, a part at a time.
template <class Use>
void each_session(Transaction& transaction, const SessionsWanted& wanted, Use use) {
  PageKey place = newest_first({});
  for (bool more = true; more;) {
    const auto some = sessions_in(transaction, wanted, place, kSessionsAtOnce);
    for (const SessionRow& one : some) use(one);
    more = std::ssize(some) == kSessionsAtOnce;
    if (more) place = {.utc_ns = some.back().created_utc_ns, .id = some.back().id};
  }
}

void store(Transaction& transaction, const std::string& whose, std::int64_t hour,
           const ByModel& sums) {
  transaction.run("delete from metric_hour where whose = $1 and hour_utc_ns = $2", {whose, hour});
  for (const auto& [model, of_model] : sums) {
    transaction.run(
        "insert into metric_hour (whose, hour_utc_ns, model, version, sums) values ($1, $2, $3, "
        "$4, $5)",
        {whose, hour, model, kSumsVersion, text_of(of_model)});
  }
}

/// Counts what one person did in an hour.
void count_hour(Transaction& transaction, const std::string& owner, std::int64_t hour) {
  ByModel sums;
  each_session(transaction, {.whose = owner, .from_utc_ns = hour, .before_utc_ns = hour + kHourNs},
               [&sums](const SessionRow& one) { sums[one.model] += one.sums; });
  for (const AnswersRow& one : answers_in(transaction, owner, hour, hour + kHourNs)) {
    sums[one.model] += one.sums;
  }
  store(transaction, owner, hour, sums);
}

/// Adds up what all people did in an hour.
void add_up_hour(Transaction& transaction, std::int64_t hour) {
  ByModel sums;
  const auto answer = transaction.run(
      "select model, sums from metric_hour where hour_utc_ns = $1 and whose <> $2 order by whose, "
      "model",
      {hour, kSumsOfAll});
  for (const Row& row : answer.rows) add_text(sums[row.text(0)], row.text(1));
  store(transaction, std::string(kSumsOfAll), hour, sums);
}

bool adds(const SessionRow& session, const SessionsFilter& filter) {
  if (filter.counted && session.sums[*filter.counted] <= 0) return false;
  if (!filter.of) return true;
  return std::ranges::any_of(session.sums[*filter.of], [&filter](std::int32_t length) {
    return length >= filter.from_ms && (!filter.before_ms || length < *filter.before_ms);
  });
}

Status task_is_theirs(Transaction& transaction, const ReportWanted& wanted) {
  if (!wanted.task) return {};
  if (transaction.first(
          "select 1 from task where coalesce(own_id, task_id) = $1 and owner_id = coalesce($2, "
          "owner_id)",
          {*wanted.task, wanted.whose})) {
    return {};
  }
  return fail(ErrorCode::NotFound, "There is no such task.");
}

void add_hours(Transaction& transaction, const ReportWanted& wanted, ReportMaker& report) {
  const auto answer = transaction.run(
      "select hour_utc_ns, model, sums from metric_hour where whose = $1 and hour_utc_ns >= $2 and "
      "hour_utc_ns < $3 and model = coalesce($4, model)",
      {name_of(wanted.whose), wanted.range.from_utc_ns, wanted.range.before_utc_ns, wanted.model});
  for (const Row& row : answer.rows) report.add(row.integer(0), row.text(1), row.text(2));
}

std::vector<std::string> models_in(Transaction& transaction, const ReportWanted& wanted) {
  const auto answer = transaction.run(
      "select distinct model from metric_hour where whose = $1 and hour_utc_ns >= $2 and "
      "hour_utc_ns < $3 order by model",
      {name_of(wanted.whose), wanted.range.from_utc_ns, wanted.range.before_utc_ns});
  std::vector<std::string> models;
  models.reserve(answer.rows.size());
  for (const Row& row : answer.rows) models.push_back(row.text(0));
  return models;
}

std::map<std::string, std::int64_t> interactions_in(Transaction& transaction,
                                                    const ReportWanted& wanted) {
  const auto answer = transaction.run(
      "select kind, cast(sum(event_count) as bigint) from interaction_hour where owner_id = "
      "coalesce($1, owner_id) and hour_utc_ns >= $2 and hour_utc_ns < $3 group by kind",
      {wanted.whose, wanted.range.from_utc_ns, wanted.range.before_utc_ns});
  std::map<std::string, std::int64_t> kinds;
  for (const Row& row : answer.rows) kinds[row.text(0)] = row.integer(1);
  return kinds;
}

}  // namespace

Task<std::int64_t> Metrics::count_changed() {
  const auto waiting = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction.first("select 1 from metric_mark limit 1").has_value();
  });
  if (!waiting) co_return 0;
  co_return co_await database_.write(usual_deadline(), [](Transaction& transaction) {
    // First: a mark that is made while this counts stays, and its hour is counted once more.
    const auto taken = transaction.run(
        "delete from metric_mark where (whose, hour_utc_ns) in (select distinct whose, hour_utc_ns "
        "from metric_mark order by whose, hour_utc_ns limit $1) returning whose, hour_utc_ns",
        {kHoursAtOnce});
    std::set<std::pair<std::int64_t, std::string>> changed;
    for (const Row& row : taken.rows) changed.emplace(row.integer(1), row.text(0));
    std::set<std::int64_t> hours;
    for (const auto& [hour, whose] : changed) {
      count_hour(transaction, whose, hour);
      hours.insert(hour);
    }
    for (const std::int64_t hour : hours) add_up_hour(transaction, hour);
    return std::ssize(changed);
  });
}

Task<void> Metrics::keep_up() {
  if (!std::exchange(looked_, true)) co_await rebuild_if_other_version();
  while (!stopping_ && co_await count_changed() > 0) {
  }
}

Task<void> Metrics::rebuild() {
  co_await database_.write(usual_deadline(), [](Transaction& transaction) {
    transaction.run(
        "insert into metric_mark (metric_mark_id, whose, hour_utc_ns) select 'again', whose, "
        "hour_utc_ns from (select whose, hour_utc_ns from metric_hour where whose <> '' union "
        "select owner_id, created_utc_ns - created_utc_ns % 3600000000000 from live_session union "
        "select owner_id, created_utc_ns - created_utc_ns % 3600000000000 from message where kind "
        "= 'text' and role = 'model') as there where 1 = 1 on conflict do nothing");
  });
}

Task<void> Metrics::rebuild_if_other_version() {
  const bool other = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction
        .first("select 1 from metric_hour where version <> $1 limit 1", {kSumsVersion})
        .has_value();
  });
  if (other) co_await rebuild();
}

Task<Result<Answered>> Metrics::report(ReportWanted wanted, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Answered> {
    if (Status theirs = task_is_theirs(transaction, wanted); !theirs) {
      return std::unexpected(theirs.error());
    }
    ReportMaker report(wanted.range);
    if (wanted.task) {
      each_session(transaction, sessions_of(wanted), [&report](const SessionRow& one) {
        report.add(one.created_utc_ns, one.model, one.sums);
      });
    } else {
      add_hours(transaction, wanted, report);
    }
    return Answered{.report = report.take(),
                    .models = models_in(transaction, wanted),
                    .interactions = interactions_in(transaction, wanted)};
  });
}

Task<Result<Page<SessionRow>>> Metrics::sessions(ReportWanted wanted, SessionsFilter filter,
                                                 PageWish wish, Deadline deadline) {
  using Found = Result<Page<SessionRow>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    if (Status theirs = task_is_theirs(transaction, wanted); !theirs) {
      return std::unexpected(theirs.error());
    }
    Page<SessionRow> page;
    PageKey place = newest_first(wish);
    const auto full = static_cast<std::size_t>(wish.limit);
    for (std::int64_t looked_at = 0; looked_at < kSessionsLookedAtMax;) {
      auto some = sessions_in(transaction, sessions_of(wanted), place, kSessionsAtOnce);
      for (SessionRow& one : some) {
        place = {.utc_ns = one.created_utc_ns, .id = one.id};
        if (adds(one, filter)) page.items.push_back(std::move(one));
        if (page.items.size() < full) continue;
        page.next = place;
        return page;
      }
      looked_at += std::ssize(some);
      if (std::ssize(some) < kSessionsAtOnce) return page;
    }
    page.next = place;
    return page;
  });
}

}  // namespace reprise::analytics
