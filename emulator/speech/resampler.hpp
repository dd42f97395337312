#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

inline constexpr int kRateHzMin = 8'000;
inline constexpr int kRateHzMax = 96'000;

/// In Hz, `kRateHzMin` … `kRateHzMax`.
struct Rates {
  int from_hz;
  int to_hz;
};

/// Converts between any two rates by a polyphase FIR (sinc under a Kaiser window, about 80 dB).
/// Streaming: the output does not depend on how the input is cut. The filter's delay is removed:
/// output sample n is the moment n / to_hz of the input. One thread at a time.
class Resampler {
 public:
  explicit Resampler(Rates rates);
  /// Returns what can be computed so far; the last milliseconds wait for more input.
  Samples process(std::span<const std::int16_t> input);
  /// Returns the rest, as if silence followed. Afterwards the resampler is as new.
  Samples flush();

 private:
  std::int16_t output_at(std::int64_t upsampled) const;
  Samples produce(std::int64_t upsampled_end);

  std::int64_t up_;
  std::int64_t down_;
  std::int64_t half_;        // the filter's delay in upsampled steps
  std::vector<float> taps_;  // 2 * half_ + 1
  std::vector<float> held_;  // inputs from `held_from_` on
  std::int64_t held_from_ = 0;
  std::int64_t inputs_ = 0;   // number of inputs so far
  std::int64_t outputs_ = 0;  // number of outputs so far
};

/// Converts a whole recording at once; its length is scaled and rounded up.
Samples resample(std::span<const std::int16_t> input, Rates rates);

}  // namespace reprise::emulator
