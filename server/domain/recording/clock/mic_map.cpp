#include "domain/recording/clock/mic_map.hpp"

#include <algorithm>
#include <limits>

namespace reprise::recording {

bool MicMap::add(std::int64_t first_sample, std::int64_t context_frame) {
  if (!breaks_.empty()) {
    const auto& last = breaks_.back();
    const auto expected = last.frame + 3 * (first_sample - last.first_sample);
    if (first_sample < last.first_sample || context_frame < expected) return false;
    if (context_frame == expected) return true;
    if (breaks_.size() >= kMicBreaksMax) return false;
  }
  breaks_.push_back({first_sample, context_frame});
  return true;
}

std::int64_t MicMap::frame_of(std::int64_t sample) const {
  if (breaks_.empty()) return 3 * sample - delay_;
  auto after = std::ranges::upper_bound(breaks_, sample, {}, &Break::first_sample);
  if (after != breaks_.begin()) --after;
  return after->frame + 3 * (sample - after->first_sample) - delay_;
}

std::int64_t MicMap::next_break(std::int64_t sample) const {
  const auto after = std::ranges::upper_bound(breaks_, sample, {}, &Break::first_sample);
  return after == breaks_.end() ? std::numeric_limits<std::int64_t>::max() : after->first_sample;
}

}  // namespace reprise::recording
