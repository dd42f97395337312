#pragma once

#include <algorithm>
#include <chrono>

#include "base/async.hpp"

namespace reprise {

/// The time until the deadline, rounded up; 0 or less when it has passed.
inline std::chrono::milliseconds time_left(Deadline deadline) {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline.at() - Deadline::Clock::now());
}

/// The end of `wait` from now on, or `deadline` if that comes sooner; for the same trace.
inline Deadline sooner_of(Deadline deadline, Deadline::Clock::duration wait) {
  return Deadline::after(std::min(deadline.at() - Deadline::Clock::now(), wait))
      .for_trace(deadline.trace());
}

}  // namespace reprise
