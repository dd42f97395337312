#pragma once

// Measures how long after its moment the sound of the microphone enters the capture worklet. It
// correlates two envelopes of the same sound: that of the MediaStreamTrackProcessor (page clock)
// and that of /mic/pcm (context frames). The lag differs per session (4-20 ms) and steps by 10-15
// ms within a session (measured); everything that is to be in step with the sound must follow it.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "domain/recording/clock/latency_fit.hpp"
#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/clock/page_map.hpp"
#include "domain/recording/format/rows.hpp"

namespace reprise::recording {

/// Used until the first estimate: the middle of the measured 4-20 ms.
inline constexpr double kDefaultMicLagFrames = 0.012 * 48'000;
/// Lags searched on each side of the default.
inline constexpr int kLagSearchMs = 120;
/// One estimate needs this much sound. There is one estimate each hop.
inline constexpr int kLagWindowMs = 500;
inline constexpr int kLagHopMs = 250;
/// A window counts when its envelope varies at least this much (0-255) …
inline constexpr float kEnvelopeDeviationMin = 6;
/// … and both envelopes agree this well at the best lag …
inline constexpr float kCorrelationMin = 0.85F;
/// … and better than at any lag further away than kLagPeakMs.
inline constexpr float kCorrelationMarginMin = 0.02F;
inline constexpr int kLagPeakMs = 5;
/// A change by more than this is a step; two estimates in a row must agree on it.
inline constexpr double kLagStepFrames = 0.005 * 48'000;
inline constexpr double kLagAgreementFrames = 0.003 * 48'000;

/// Estimates the lag along the recording. Each window is judged once, in order.
class CaptureLag {
 public:
  /// Samples of /mic/pcm in order. A gap is silence.
  void add_mic(MicSample first_sample, std::span<const std::int16_t> samples);
  /// A batch of the track processor.
  void add_batch(const MicrophoneRow& row);
  /// Judges the windows that end at or before `frame`.
  void estimate_until(Frame frame, const MicMap& mic, const PageMap& page);
  /// The distance in frames between two places of one moment: its heard line
  /// (PageMap::heard_frame), and the place on the media axis where the microphone's sound of that
  /// moment lies. Uses the estimates up to `ahead` frames after `frame`; during silence the last
  /// one stays.
  double lag_at(Frame frame, Frame ahead, const PageMap& page) const;
  /// The newest estimate, measured against the frame that was being rendered: the lag of the FIFO,
  /// in frames.
  double fifo_lag_frames() const { return last_fifo_lag_; }
  std::int64_t steps() const { return steps_; }
  std::int64_t pairs() const { return fit_.pairs(); }

 private:
  struct Stretch {  ///< envelope values under one timestamp
    ClockPair pair;
    std::vector<std::uint8_t> values;
  };
  struct Estimate {
    Frame frame;
    double lag;
    std::int64_t regime;  ///< grows at each step of the lag
  };
  std::optional<double> estimate(std::chrono::milliseconds first, Frame first_frame,
                                 const PageMap& page) const;
  bool project(double first_frame, const PageMap& page, std::span<float> grid, double& shift) const;
  void accept(Frame frame, double lag);

  LatencyFit fit_;
  std::deque<Stretch> stretches_;
  std::deque<float> mic_;          ///< one value a millisecond
  std::int64_t mic_first_ms_ = 0;  ///< time of the first value of `mic_`
  std::int64_t next_window_ms_ = 0;
  std::deque<Estimate> estimates_;
  std::optional<Estimate> surprise_;
  double last_fifo_lag_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace reprise::recording
