#include "domain/limits/rate.hpp"

#include <algorithm>

namespace reprise::limits {

Answer ask(const Rate& rate, std::chrono::nanoseconds filled) {
  const auto wait = filled - rate.per * (rate.burst - 1);
  if (wait.count() > 0) return {.admitted = false, .filled = filled, .wait = wait};
  return {.admitted = true, .filled = filled + rate.per};
}

Answer settle(const Rate& rate, std::chrono::nanoseconds filled, std::int64_t admitted) {
  return ask(rate, filled + rate.per * admitted);
}

std::int64_t told_every(const Rate& rate) {
  constexpr std::int64_t kParts = 10;
  return std::max<std::int64_t>(1, rate.burst / kParts);
}

}  // namespace reprise::limits
