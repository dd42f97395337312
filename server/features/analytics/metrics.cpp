#include "features/analytics/metrics.hpp"

#include <algorithm>
#include <utility>

#include "features/analytics/metric_rows.hpp"

namespace reprise::analytics {

using database::Row;
using database::Transaction;
using database::usual_deadline;

namespace {

/// There is one job for all hours: whoever has it counts.
constexpr auto kJob = jobs::Kind::CountHours;
constexpr const char* kJobKey = "hours";

SessionsWanted sessions_of(const ReportWanted& wanted) {
  return {.whose = wanted.whose,
          .from_utc_ns = wanted.range.from_utc_ns,
          .before_utc_ns = wanted.range.before_utc_ns,
          .model = wanted.model,
          .task = wanted.task,
          .study = wanted.study,
          .condition = wanted.condition};
}

bool adds(const SessionRow& session, const SessionsFilter& filter) {
  if (filter.counted && session.sums[*filter.counted] <= 0) return false;
  if (!filter.of) return true;
  return std::ranges::any_of(session.sums[*filter.of], [&filter](std::int32_t length) {
    return length >= filter.from_ms && (!filter.before_ms || length < *filter.before_ms);
  });
}

Status all_is_theirs(Transaction& transaction, const ReportWanted& wanted) {
  if (wanted.task && !transaction.first("select 1 from task where coalesce(own_id, task_id) = $1 "
                                        "and owner_id = coalesce($2, owner_id)",
                                        {*wanted.task, wanted.whose})) {
    return fail(ErrorCode::NotFound, "There is no such task.");
  }
  if (wanted.study && !transaction.first("select 1 from study where study_id = $1 and owner_id = "
                                         "coalesce($2, owner_id)",
                                         {*wanted.study, wanted.whose})) {
    return fail(ErrorCode::NotFound, "There is no such study.");
  }
  if (wanted.condition &&
      !transaction.first("select 1 from study_condition c join study s on s.study_id = c.study_id "
                         "where c.condition_id = $1 and s.study_id = coalesce($2, s.study_id) and "
                         "s.owner_id = coalesce($3, s.owner_id)",
                         {*wanted.condition, wanted.study, wanted.whose})) {
    return fail(ErrorCode::NotFound, "There is no such condition of a study.");
  }
  return {};
}

/// The newest studies with their conditions.
std::vector<KnownStudy> studies_of(Transaction& transaction, const Whose& whose) {
  const auto answer = transaction.run(
      "select s.study_id, s.title, c.condition_id, c.name from (select study_id, title, "
      "created_utc_ns from study where owner_id = coalesce($1, owner_id) order by created_utc_ns "
      "desc, study_id desc limit $2) as s left join study_condition c on c.study_id = s.study_id "
      "order by s.created_utc_ns desc, s.study_id desc, c.position",
      {whose, kStudiesKnownMax});
  std::vector<KnownStudy> all;
  for (const Row& row : answer.rows) {
    if (all.empty() || all.back().id != row.text(0)) {
      all.push_back({.id = row.text(0), .title = row.text(1), .conditions = {}});
    }
    const auto condition = row.maybe_text(2);
    if (condition) all.back().conditions.push_back({.id = *condition, .name = row.text(3)});
  }
  return all;
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

Task<bool> Metrics::is_marked() {
  co_return co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction.first("select 1 from metric_mark limit 1").has_value();
  });
}

Task<std::int64_t> Metrics::count_changed() {
  if (!co_await is_marked()) co_return 0;
  co_return co_await database_.write(usual_deadline(), [](Transaction& transaction) {
    return count_marked(transaction, kHoursAtOnce);
  });
}

Task<void> Metrics::keep_up() {
  if (!std::exchange(looked_, true)) co_await rebuild_if_other_version();
  if (!co_await is_marked()) co_return;
  if (!co_await jobs_.take(kJob, kJobKey, jobs::Wish::Due)) co_return;
  std::string failed;
  try {
    while (!stopping_ && jobs_.is_at_work(kJob, kJobKey) && co_await count_changed() > 0) {
    }
  } catch (const std::exception& error) {
    failed = error.what();
  }
  if (!failed.empty()) {
    co_await jobs_.failed(kJob, kJobKey, failed);
  } else {
    co_await jobs_.done(kJob, kJobKey);
  }
}

Task<void> Metrics::rebuild() {
  co_await database_.write(usual_deadline(),
                           [](Transaction& transaction) { mark_all(transaction); });
}

Task<void> Metrics::rebuild_if_other_version() {
  const bool other = co_await database_.read(usual_deadline(), [](Transaction& transaction) {
    return transaction
        .first(
            "select 1 from metric_hour where version <> $1 union all select 1 from metric_day "
            "where version <> $1 limit 1",
            {kSumsVersion})
        .has_value();
  });
  if (other) co_await rebuild();
}

Task<Result<Answered>> Metrics::report(ReportWanted wanted, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<Answered> {
    if (Status theirs = all_is_theirs(transaction, wanted); !theirs) {
      return std::unexpected(theirs.error());
    }
    ReportMaker report(wanted.range);
    if (wanted.task || wanted.study || wanted.condition) {
      each_session(transaction, sessions_of(wanted), [&report](const SessionRow& one) {
        report.add(one.created_utc_ns, one.model, one.sums);
      });
    } else {
      add_kept(transaction, wanted.whose, wanted.range, wanted.model, report);
    }
    return Answered{.report = report.take(),
                    .models = models_in(transaction, wanted.whose, wanted.range),
                    .studies = studies_of(transaction, wanted.whose),
                    .interactions = interactions_in(transaction, wanted)};
  });
}

Task<Result<Page<SessionRow>>> Metrics::sessions(ReportWanted wanted, SessionsFilter filter,
                                                 PageWish wish, Deadline deadline) {
  using Found = Result<Page<SessionRow>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    if (Status theirs = all_is_theirs(transaction, wanted); !theirs) {
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
