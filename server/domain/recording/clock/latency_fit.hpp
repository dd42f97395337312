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
inline constexpr PageUs kLatencyBack(5'000'000);
/// … to this long after it.
inline constexpr PageUs kLatencyAhead(std::chrono::microseconds(kFitHorizon).count());
/// Timestamps that jump by more than this against their arrivals belong to another clock, unless
/// they continue the timestamps before (a starved browser delivers late). A jump back always means
/// another clock. In Chromium the first blocks of AudioData have another origin than the rest
/// (measured 2026-11: 9 blocks, then 1.44 s back).
inline constexpr std::chrono::microseconds kEpochJump{2'000'000};
inline constexpr std::chrono::microseconds kEpochJumpContinuous{100'000};
/// A timestamp continues the one before when it is at most this far from where it is due.
inline constexpr std::chrono::microseconds kContinues{50'000};

/// One reading of a device clock and the page clock time at which it arrived.
struct ClockPair {
  DeviceUs device{0};
  PageUs page{0};
  /// How long it took from the reading to its arrival, and the distance of the two clocks: only
  /// differences between pairs of one epoch mean anything.
  std::chrono::microseconds delay() const {
    return std::chrono::microseconds(page.value - device.value);
  }
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
  /// K around `pair`, which was returned by `add`.
  std::chrono::microseconds offset(const ClockPair& pair) const;
  /// Page clock of the moment of `pair`.
  PageUs moment(const ClockPair& pair) const { return at(pair, offset(pair)); }
  /// The page clock time of a reading when K is known.
  static PageUs at(const ClockPair& pair, std::chrono::microseconds offset) {
    return PageUs(pair.device.value + offset.count());
  }
  std::int64_t pairs() const { return pairs_; }

 private:
  std::deque<ClockPair> window_;
  std::chrono::microseconds last_lasts_{0};
  std::int64_t pairs_ = 0;
};

}  // namespace reprise::recording
