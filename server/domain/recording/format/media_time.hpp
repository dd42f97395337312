#pragma once

// The axis of media time (docs/formats/recording.md 5): frames of the recording's AudioContext.

#include <concepts>
#include <cstdint>

#include "base/types.hpp"

namespace reprise::recording {

/// A place on the media axis, or a length, in context frames (48 kHz).
using Frame = Strong<struct FrameTag, std::int64_t>;
/// A place among the samples of /mic/pcm, or a number of them (16 kHz).
using MicSample = Strong<struct MicSampleTag, std::int64_t>;
/// A place among the samples of /model/pcm, or a number of them (24 kHz).
using ModelSample = Strong<struct ModelSampleTag, std::int64_t>;
/// A time of the page clock, in microseconds.
using PageUs = Strong<struct PageUsTag, std::int64_t>;
/// A time of the clock of a device (camera, track processor), in microseconds.
using DeviceUs = Strong<struct DeviceUsTag, std::int64_t>;
/// The log time of a message, in nanoseconds of the page clock.
using LogNs = Strong<struct LogNsTag, std::int64_t>;

/// Context frames, samples of /mic/pcm, and samples of /model/pcm a second.
inline constexpr std::int64_t kMediaRate = 48'000;
inline constexpr std::int64_t kMicRate = 16'000;
inline constexpr std::int64_t kModelRate = 24'000;
/// Context frames of one sample of /mic/pcm and of /model/pcm.
inline constexpr std::int64_t kFramesPerMicSample = kMediaRate / kMicRate;
inline constexpr std::int64_t kFramesPerModelSample = kMediaRate / kModelRate;
/// The longest recording that is accepted: 24 hours of context frames.
inline constexpr std::int64_t kMediaFramesMax = 24LL * 3600 * kMediaRate;

/// Units that are added and subtracted only among themselves.
template <class T>
concept MediaUnit =
    std::same_as<T, Frame> || std::same_as<T, MicSample> || std::same_as<T, ModelSample> ||
    std::same_as<T, PageUs> || std::same_as<T, DeviceUs>;
template <MediaUnit T>
constexpr T operator+(T a, T b) {
  return T(a.value + b.value);
}
template <MediaUnit T>
constexpr T operator-(T a, T b) {
  return T(a.value - b.value);
}
template <MediaUnit T>
constexpr T& operator+=(T& a, T b) {
  a.value += b.value;
  return a;
}

// All conversions between units.

constexpr Frame frames_of(MicSample samples) { return Frame(samples.value * kFramesPerMicSample); }
constexpr Frame frames_of(ModelSample samples) {
  return Frame(samples.value * kFramesPerModelSample);
}
/// Rounded down; `frames` is not negative.
constexpr ModelSample model_samples_of(Frame frames) {
  return ModelSample(frames.value / kFramesPerModelSample);
}
/// Frames to nanoseconds, rounded to the nearest.
constexpr std::int64_t ns_of_frame(std::int64_t frame) {
  return (frame * 62'500 + (frame < 0 ? -1 : 1)) / 3;  // 10^9 / 48 000 = 62 500 / 3
}
constexpr std::int64_t ns_of_frame(Frame frame) { return ns_of_frame(frame.value); }
/// Frames to milliseconds, and back, rounded towards zero.
constexpr std::int64_t ms_of_frame(Frame frame) { return frame.value * 1000 / kMediaRate; }
constexpr Frame frame_of_ms(std::int64_t ms) { return Frame(ms * kMediaRate / 1000); }
/// Rounded towards zero.
constexpr PageUs page_us_of(LogNs log) { return PageUs(log.value / 1000); }
constexpr std::int64_t ms_of(LogNs log) { return log.value / 1'000'000; }
constexpr std::int64_t ns_of(PageUs page) { return page.value * 1000; }

}  // namespace reprise::recording
