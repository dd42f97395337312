#pragma once

#include <chrono>
#include <functional>

namespace reprise::playback {

/// The steady clock, given to what counts time.
using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;

}  // namespace reprise::playback
