#pragma once

// From a device's own timestamps to the page clock, by the least delivery latency.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace reprise::recording {

/// A picture is placed once, from the anchors up to this much after it.
inline constexpr std::chrono::milliseconds kFitHorizon{1000};
/// Pairs kept: 34 seconds at 30 a second, 10 at 100.
inline constexpr std::size_t kLatencyPairsMax = 1024;
/// A pair is judged by those from this long before it …
inline constexpr std::int64_t kLatencyBackUs = 5'000'000;
/// … to this long after it.
inline constexpr std::int64_t kLatencyAheadUs = std::chrono::microseconds(kFitHorizon).count();
/// Timestamps that jump by more than this against the arrivals belong to another clock, unless they
/// just continue (a starved browser delivers them late). Backwards they always do. In Chromium the
/// first blocks of AudioData have another origin than the rest (measured 2026-11: 9 blocks, then
/// 1.44 s back).
inline constexpr std::int64_t kEpochJumpUs = 2'000'000;
inline constexpr std::int64_t kEpochJumpContinuousUs = 100'000;
/// How far a timestamp may be from where the one before said and still continue it.
inline constexpr std::int64_t kContinuesUs = 50'000;

/// One reading of a device clock and the page clock time at which it arrived.
struct ClockPair {
  std::int64_t device_us = 0;
  std::int64_t page_us = 0;
  std::uint32_t epoch = 0;  ///< pairs of one epoch share a device clock
};

/// The *moment* of a reading is its timestamp + K, K = min(arrival − timestamp) over a window: the
/// time at which the browser would have delivered it with the least latency. Delays of a starved
/// browser only make arrivals later, so they do not move K.
class LatencyFit {
 public:
  /// Adds a reading in order of arrival and gives its epoch. `lasts_us`: when known, how long after
  /// it the next one is due.
  ClockPair add(std::int64_t device_us, std::int64_t page_us, std::int64_t lasts_us = 0);
  /// K around `pair`, in microseconds. `pair` came from `add`.
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
