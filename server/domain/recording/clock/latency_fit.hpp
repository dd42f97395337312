#pragma once

// Converts a device's own timestamps to the page clock, by the smallest delivery latency.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

/// A picture is placed once, with the anchors up to this long after it.
inline constexpr std::chrono::milliseconds kFitHorizon{1000};
/// Pairs kept: 34 seconds at 30 a second, 10 at 100.
inline constexpr std::size_t kLatencyPairsMax = 1024;
/// A pair is judged by the pairs from this long before it …
inline constexpr std::int64_t kLatencyBackUs = 5'000'000;
/// … to this long after it.
inline constexpr std::int64_t kLatencyAheadUs = std::chrono::microseconds(kFitHorizon).count();
/// Timestamps that jump by more than this against their arrivals belong to another clock, unless
/// they continue the timestamps before (a starved browser delivers late). A jump back always means
/// another clock. In Chromium the first blocks of AudioData have another origin than the rest
/// (measured 2026-11: 9 blocks, then 1.44 s back).
inline constexpr std::int64_t kEpochJumpUs = 2'000'000;
inline constexpr std::int64_t kEpochJumpContinuousUs = 100'000;
/// A timestamp continues the one before when it is at most this far from where it is due.
inline constexpr std::int64_t kContinuesUs = 50'000;

/// One reading of a device clock and the page clock time at which it arrived.
struct ClockPair {
  std::int64_t device_us = 0;
  std::int64_t page_us = 0;
  std::uint32_t epoch = 0;  ///< pairs of the same epoch share a device clock
};

/// The *moment* of a reading is its timestamp + K, where K = min(arrival − timestamp) over a
/// window: the time at which the browser would have delivered it with the least latency. A starved
/// browser only delays arrivals, so K does not move.
class LatencyFit {
 public:
  /// Adds the next reading in order of arrival and returns it with its epoch. `lasts`: when known,
  /// how long after this reading the next one is due.
  ClockPair add(DeviceUs device, PageUs page,
                std::chrono::microseconds lasts = std::chrono::microseconds{0});
  /// K around `pair`, in microseconds. `pair` was returned by `add`.
  std::int64_t offset_us(const ClockPair& pair) const;
  /// Page clock of the moment of `pair`, in microseconds.
  std::int64_t moment_us(const ClockPair& pair) const { return pair.device_us + offset_us(pair); }
  std::int64_t pairs() const { return pairs_; }

 private:
  std::deque<ClockPair> window_;
  std::int64_t last_lasts_us_ = 0;
  std::int64_t pairs_ = 0;
};

}  // namespace reprise::recording
