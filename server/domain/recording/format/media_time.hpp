#pragma once

// The axis of media time (docs/formats/recording.md 5): frames of the recording's AudioContext.

#include <cstdint>

#include "base/types.hpp"

namespace reprise::recording {

/// A place on the media axis, or a length, in context frames (48 kHz).
using Frame = Strong<struct FrameTag, std::int64_t>;
/// A place among the samples of /mic/pcm (16 kHz).
using MicSample = Strong<struct MicSampleTag, std::int64_t>;
/// A time of the page clock, in microseconds.
using PageUs = Strong<struct PageUsTag, std::int64_t>;
/// A time of the clock of a device (camera, track processor), in microseconds.
using DeviceUs = Strong<struct DeviceUsTag, std::int64_t>;
/// The log time of a message, in nanoseconds of the page clock.
using LogNs = Strong<struct LogNsTag, std::int64_t>;

/// Context frames a second.
inline constexpr std::int64_t kMediaRate = 48'000;
/// Context frames of one sample of /mic/pcm.
inline constexpr std::int64_t kFramesPerMicSample = 3;
/// The longest recording that is accepted: 24 hours of context frames.
inline constexpr std::int64_t kMediaFramesMax = 24LL * 3600 * kMediaRate;

/// Frames to nanoseconds, rounded to the nearest.
constexpr std::int64_t ns_of_frame(std::int64_t frame) {
  return (frame * 62'500 + (frame < 0 ? -1 : 1)) / 3;  // 10^9 / 48 000 = 62 500 / 3
}

}  // namespace reprise::recording
