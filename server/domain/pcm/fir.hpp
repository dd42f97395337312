#pragma once

// Resampling by the one table of FIR taps, api/fir/taps.json (docs/formats/recording.md 3.1, 3.6).
// The browser's worklets compute the same sums in the same order, so the results are equal.

#include <cstdint>
#include <span>
#include <vector>

namespace reprise::pcm {

enum class FirTable {
  MicDown3,  ///< 48 kHz to 16 kHz, as the capture worklet does
  MicUp3,    ///< 16 kHz to 48 kHz, for the view media
  ModelUp2,  ///< 24 kHz to 48 kHz, as the playout worklet does
};

/// The taps; odd in number and symmetric. Lives as long as the program. Threads: any.
std::span<const double> taps_of(FirTable table);

/// Group delay in frames of the higher rate (48 kHz).
std::int64_t delay_frames_of(FirTable table);

/// s16 as −1 … 1 and back: the first is exact, the second rounds half up and clamps the ends, as
/// `Math.round` does.
inline double from_s16(std::int16_t sample) { return sample / 32768.0; }
std::int16_t to_s16(double sample);

/// Streaming polyphase interpolator: `y[f·n+p] = Σ_k taps[f·k+p]·x[n−k]`, summed from k = 0 in
/// double. Before the start x is 0. Silence costs next to nothing and gives the same result. One
/// thread at a time.
class Upsampler {
 public:
  explicit Upsampler(FirTable table);  ///< MicUp3 or ModelUp2
  std::size_t factor() const { return phases_.size(); }
  /// Writes `factor() * input.size()` values. `output` has that size.
  void process(std::span<const double> input, std::span<float> output);
  /// Returns to the state after construction.
  void reset();

 private:
  void compute(std::size_t count, std::span<float> output);
  std::vector<std::vector<double>> phases_;
  std::size_t history_;       ///< values kept of the past
  std::vector<double> work_;  ///< the past, then the input
  bool silent_ = true;        ///< the past is all zero
};

/// Streaming decimator 48 kHz to 16 kHz: `y[i] = Σ_k taps[k]·x[3·i−k]`. Accepts any number of
/// frames at a time. One thread at a time.
class MicDownsampler {
 public:
  MicDownsampler();
  /// Appends the frames that have become complete to `output`.
  void process(std::span<const double> input, std::vector<double>& output);

 private:
  std::span<const double> taps_;
  std::vector<double> work_;  ///< the past, then the input
  std::size_t next_;          ///< index in `work_` of the newest frame of the next output
};

}  // namespace reprise::pcm
