#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
#include "domain/analytics/report.hpp"
#include "features/analytics/session_rows.hpp"
#include "platform/database/database.hpp"
#include "platform/jobs/jobs.hpp"

namespace reprise::analytics {

/// Hours that one transaction counts anew.
inline constexpr std::int64_t kHoursAtOnce = 50;
/// Sessions that are read at once, and the most that one request looks at, to find a page of those
/// that it wants.
inline constexpr std::int64_t kSessionsAtOnce = 500;
inline constexpr std::int64_t kSessionsLookedAtMax = 10'000;

/// What a report is about.
struct ReportWanted {
  Range range;  ///< `checked`
  Whose whose;
  std::optional<std::string> model;
  std::optional<std::string> task;
  std::optional<std::string> study = {};
  std::optional<std::string> condition = {};  ///< of a study
};

/// Which sessions of those that a report counts.
struct SessionsFilter {
  std::optional<Count> counted;   ///< those that add to this number
  std::optional<Series> of = {};  ///< those with a length of this series in [from, before)
  std::int32_t from_ms = 0;
  std::optional<std::int32_t> before_ms = {};
};

/// A study that a report can be filtered by.
struct KnownStudy {
  struct Condition {
    std::string id;
    std::string name;
  };
  std::string id;
  std::string title;
  std::vector<Condition> conditions;  ///< in their order
};
inline constexpr std::int64_t kStudiesKnownMax = 200;

/// A report, and what it could have been filtered by.
struct Answered {
  Report report;
  std::vector<std::string> models;  ///< of all that happened in the range
  std::vector<KnownStudy> studies;  ///< the newest first
  /// How many events of each kind the interaction log has; those of a model, a task or a
  /// study are not told apart.
  std::map<std::string, std::int64_t> interactions;
};

/// Counts live sessions and answers by the hour, and puts the hours together. Everything here is
/// derived from other rows (docs/adr/2026-11-29-metrics.md). Any thread; the database and
/// the jobs outlive it. Throws DatabaseError.
class Metrics {
 public:
  Metrics(database::Database& database, jobs::Jobs& jobs, std::function<std::int64_t()> now_utc_ns)
      : database_(database), jobs_(jobs), now_(std::move(now_utc_ns)) {}

  /// Counts anew the hours in which something changed. Several nodes may call it at the same time.
  /// Returns how many hours there were.
  Task<std::int64_t> count_changed();
  /// Counts all that changed, when no other node does; at first also, when what is kept is of
  /// another version. Call it every second, one call at a time.
  Task<void> keep_up();
  /// Has every hour counted anew, by `count_changed`.
  Task<void> rebuild();
  Task<void> rebuild_if_other_version();
  std::int64_t now_utc_ns() const { return now_(); }
  /// From here on `keep_up` ends soon.
  void begin_draining() { stopping_ = true; }

  /// Errors: NotFound, when `whose` has no such task, study or condition.
  Task<Result<Answered>> report(ReportWanted wanted, Deadline deadline);
  /// The sessions behind a number of the report, newest first. A page may hold fewer than were
  /// wished for although there is a next one.
  Task<Result<Page<SessionRow>>> sessions(ReportWanted wanted, SessionsFilter filter, PageWish wish,
                                          Deadline deadline);

 private:
  Task<bool> is_marked();

  database::Database& database_;
  jobs::Jobs& jobs_;
  const std::function<std::int64_t()> now_;
  std::atomic<bool> stopping_{false};
  bool looked_ = false;  // of the calls of `keep_up`
};

}  // namespace reprise::analytics
