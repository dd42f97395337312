#include "domain/session/retention.hpp"

#include <algorithm>
#include <limits>

namespace reprise::session {

namespace {
constexpr std::int64_t kNsInDay = 86'400'000'000'000;
}

Status check_keep_days(std::int64_t days, const RetentionRules& rules) {
  if (days >= rules.days_min && days <= rules.days_max) return {};
  return fail(ErrorCode::Unprocessable,
              "`keep_days` must be from " + std::to_string(rules.days_min) + " to " +
                  std::to_string(rules.days_max) + " here.",
              "retention-out-of-bounds");
}

std::optional<std::int64_t> expires_utc_ns(std::optional<std::int64_t> stored_utc_ns,
                                           std::optional<std::int64_t> keep_days,
                                           const RetentionRules& rules) {
  if (!stored_utc_ns || (!keep_days && rules.days == 0)) return std::nullopt;
  const std::int64_t days =
      keep_days ? std::clamp(*keep_days, rules.days_min, rules.days_max) : rules.days;
  const std::int64_t span = days * kNsInDay;
  if (*stored_utc_ns > std::numeric_limits<std::int64_t>::max() - span) return std::nullopt;
  return *stored_utc_ns + span;
}

}  // namespace reprise::session
