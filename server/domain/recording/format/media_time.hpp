#pragma once

// The axis of media time (docs/formats/recording.md 5): frames of the recording's AudioContext.

#include <cstdint>

namespace reprise::recording {

/// Context frames a second.
inline constexpr std::int64_t kMediaRate = 48'000;
/// The longest recording that is accepted: 24 hours of context frames.
inline constexpr std::int64_t kMediaFramesMax = 24LL * 3600 * kMediaRate;

/// Frames to nanoseconds, rounded to the nearest.
constexpr std::int64_t ns_of_frame(std::int64_t frame) {
  return (frame * 62'500 + (frame < 0 ? -1 : 1)) / 3;  // 10^9 / 48 000 = 62 500 / 3
}

}  // namespace reprise::recording
