#include "domain/login/session.hpp"

#include <algorithm>

namespace reprise::login {
namespace {

constexpr int kTouchesLeast = 10;

std::int64_t ns(std::chrono::nanoseconds span) { return span.count(); }

}  // namespace

SessionTimes times_at_login(std::int64_t now_utc_ns, const SessionLimits& limits) {
  const std::int64_t absolute = now_utc_ns + ns(limits.absolute);
  return {std::min(now_utc_ns + ns(limits.idle), absolute), absolute};
}

bool is_alive(const SessionTimes& times, std::int64_t now_utc_ns) {
  return now_utc_ns < times.idle_until_utc_ns && now_utc_ns < times.absolute_until_utc_ns;
}

std::int64_t idle_until(const SessionTimes& times, std::int64_t now_utc_ns,
                        const SessionLimits& limits) {
  return std::max(times.idle_until_utc_ns,
                  std::min(now_utc_ns + ns(limits.idle), times.absolute_until_utc_ns));
}

bool is_to_be_touched(const SessionTimes& times, std::int64_t now_utc_ns,
                      const SessionLimits& limits) {
  const std::int64_t end = idle_until(times, now_utc_ns, limits);
  // The last minute of a session that cannot grow any more is not written again and again.
  const std::int64_t step = std::min(ns(kTouchEvery), ns(limits.idle) / kTouchesLeast);
  return end - times.idle_until_utc_ns >= step ||
         (end == times.absolute_until_utc_ns && end != times.idle_until_utc_ns);
}

}  // namespace reprise::login
