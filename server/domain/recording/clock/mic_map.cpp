#include "domain/recording/clock/mic_map.hpp"

#include <algorithm>
#include <limits>

namespace reprise::recording {

namespace {

/// The frame of `sample` on the line through a known place.
Frame on_line(MicSample known, Frame frame, MicSample sample) {
  return frame + frames_of(sample - known);
}

}  // namespace

bool MicMap::add(MicSample first_sample, Frame context_frame) {
  if (!breaks_.empty()) {
    const auto& last = breaks_.back();
    const Frame expected = on_line(last.first_sample, last.frame, first_sample);
    if (first_sample < last.first_sample || context_frame < expected) return false;
    if (context_frame == expected) return true;
    if (breaks_.size() >= kMicBreaksMax) return false;
  }
  breaks_.push_back({first_sample, context_frame});
  return true;
}

Frame MicMap::frame_of(MicSample sample) const {
  if (breaks_.empty()) return frames_of(sample) - delay_;
  auto after = std::ranges::upper_bound(breaks_, sample, {}, &Break::first_sample);
  if (after != breaks_.begin()) --after;
  return on_line(after->first_sample, after->frame, sample) - delay_;
}

MicSample MicMap::next_break(MicSample sample) const {
  const auto after = std::ranges::upper_bound(breaks_, sample, {}, &Break::first_sample);
  return after == breaks_.end() ? MicSample(std::numeric_limits<std::int64_t>::max())
                                : after->first_sample;
}

}  // namespace reprise::recording
