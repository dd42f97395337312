#include "domain/recording/clock/latency_fit.hpp"

#include <algorithm>
#include <cstdlib>

namespace reprise::recording {

ClockPair LatencyFit::add(DeviceUs device, PageUs page, std::chrono::microseconds lasts) {
  ClockPair pair{.device = device, .page = page};
  if (!window_.empty()) {
    const auto& last = window_.back();
    const std::chrono::microseconds step((device - last.device).value);
    const auto jump = std::chrono::abs(pair.delay() - last.delay());
    const bool known = last_lasts_.count() > 0;
    const bool continues = known && std::chrono::abs(step - last_lasts_) <= kContinues;
    const auto most = known ? kEpochJumpContinuous : kEpochJump;
    pair.epoch = last.epoch + (step.count() < 0 || (!continues && jump > most) ? 1U : 0U);
  }
  last_lasts_ = lasts;
  window_.push_back(pair);
  if (window_.size() > kLatencyPairsMax) window_.pop_front();
  ++pairs_;
  return pair;
}

std::chrono::microseconds LatencyFit::offset(const ClockPair& pair) const {
  auto least = pair.delay();
  for (const auto& other : window_) {
    if (other.epoch != pair.epoch || other.page < pair.page - kLatencyBack ||
        other.page > pair.page + kLatencyAhead) {
      continue;
    }
    least = std::min(least, other.delay());
  }
  return least;
}

}  // namespace reprise::recording
