#include "domain/recording/clock/latency_fit.hpp"

#include <algorithm>
#include <cstdlib>

namespace reprise::recording {

ClockPair LatencyFit::add(DeviceUs device, PageUs page, std::chrono::microseconds lasts) {
  ClockPair pair{device.value, page.value, 0};
  if (!window_.empty()) {
    const auto& last = window_.back();
    const auto step = pair.device_us - last.device_us;
    const auto jump = std::abs(step - (pair.page_us - last.page_us));
    const bool continues = last_lasts_us_ > 0 && std::abs(step - last_lasts_us_) <= kContinuesUs;
    const auto most = last_lasts_us_ > 0 ? kEpochJumpContinuousUs : kEpochJumpUs;
    pair.epoch = last.epoch + (step < 0 || (!continues && jump > most) ? 1U : 0U);
  }
  last_lasts_us_ = lasts.count();
  window_.push_back(pair);
  if (window_.size() > kLatencyPairsMax) window_.pop_front();
  ++pairs_;
  return pair;
}

std::int64_t LatencyFit::offset_us(const ClockPair& pair) const {
  auto least = pair.page_us - pair.device_us;
  for (const auto& other : window_) {
    if (other.epoch != pair.epoch || other.page_us < pair.page_us - kLatencyBackUs ||
        other.page_us > pair.page_us + kLatencyAheadUs) {
      continue;
    }
    least = std::min(least, other.page_us - other.device_us);
  }
  return least;
}

}  // namespace reprise::recording
