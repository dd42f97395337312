#include "platform/jobs/job_rules.hpp"

#include <algorithm>

namespace reprise::jobs {
namespace {

using std::chrono::nanoseconds;

/// Whether a time is ahead, by at most `most`. A time that is further ahead was written before the
/// clock went back, and says nothing.
bool is_ahead(std::int64_t utc_ns, nanoseconds most, std::int64_t now_utc_ns) {
  return utc_ns > now_utc_ns && utc_ns - now_utc_ns <= most.count();
}

}  // namespace

Patience patience_of(Kind kind) {
  using std::chrono::seconds;
  switch (kind) {
    case Kind::Fold:
    case Kind::Pack:
      // About twelve hours: 1, 2, 4 … 2048 s, then an hour each.
      return {.first = seconds(1), .longest = std::chrono::hours(1), .attempts_max = 24};
    case Kind::Export:
      // A quarter of an hour: a person waits for it, and may ask again.
      return {.first = seconds(1), .longest = std::chrono::minutes(5), .attempts_max = 10};
    case Kind::Erase:
    case Kind::RemoveExport:
    case Kind::EraseAccount:
    case Kind::EndSilent:
    case Kind::Answer:
    case Kind::CountHours:
    case Kind::LocalStore:
      break;
  }
  return {.first = seconds(1), .longest = seconds(60), .attempts_max = 0};
}

std::optional<nanoseconds> wait_after(std::int64_t failures, const Patience& patience) {
  if (patience.attempts_max > 0 && failures >= patience.attempts_max) return std::nullopt;
  std::chrono::seconds wait = patience.first;
  for (std::int64_t i = 1; i < failures && wait < patience.longest; ++i) wait *= 2;
  return std::min(wait, patience.longest);
}

bool is_elsewhere(const JobState& job, const Asker& asker, std::int64_t now_utc_ns) {
  if (asker.nodes == Nodes::One || !job.owner || *job.owner == asker.node) return false;
  return is_ahead(job.lease_until_utc_ns, kLease, now_utc_ns);
}

bool may_take(const JobState& job, const Asker& asker, Wish wish, const Patience& patience,
              std::int64_t now_utc_ns) {
  if (asker.at_work || is_elsewhere(job, asker, now_utc_ns)) return false;
  if (wish == Wish::Now) return true;
  return !job.given_up && !is_ahead(job.run_after_utc_ns, patience.longest, now_utc_ns);
}

bool is_spent(const JobState& job, const Patience& patience) {
  return patience.attempts_max > 0 && job.attempts - job.failures >= patience.attempts_max;
}

Standing standing_of(const JobState& job, const Asker& asker, std::int64_t now_utc_ns) {
  if (asker.at_work || is_elsewhere(job, asker, now_utc_ns)) return Standing::Running;
  return job.given_up ? Standing::GivenUp : Standing::Waiting;
}

}  // namespace reprise::jobs
