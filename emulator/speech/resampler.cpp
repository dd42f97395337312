#include "emulator/speech/resampler.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/assert.hpp"

namespace reprise::emulator {
namespace {

constexpr std::int64_t kZeroCrossings = 24;  // on each side, at the slower rate
constexpr double kPassband = 0.92;           // of the slower rate's Nyquist frequency
constexpr double kKaiserBeta = 8.0;          // about 80 dB of stopband

/// Modified Bessel function of the first kind, order 0, by its power series.
double bessel_i0(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; term > sum * 1e-12; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

std::vector<float> low_pass(std::int64_t up, std::int64_t down, std::int64_t half) {
  const double cutoff = kPassband / static_cast<double>(std::max(up, down));
  std::vector<double> taps;
  for (std::int64_t n = -half; n <= half; ++n) {
    const double x = std::numbers::pi * cutoff * static_cast<double>(n);
    const double sinc = n == 0 ? 1 : std::sin(x) / x;
    const double at = static_cast<double>(n) / static_cast<double>(half);
    taps.push_back(cutoff * sinc * bessel_i0(kKaiserBeta * std::sqrt(1 - at * at)));
  }
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  std::vector<float> scaled;
  scaled.reserve(taps.size());
  for (const double tap : taps) {
    scaled.push_back(static_cast<float>(tap / sum * static_cast<double>(up)));
  }
  return scaled;
}

}  // namespace

Resampler::Resampler(Rates rates) {
  const auto [from_hz, to_hz] = rates;
  REPRISE_ASSERT(from_hz >= kRateHzMin && from_hz <= kRateHzMax);
  REPRISE_ASSERT(to_hz >= kRateHzMin && to_hz <= kRateHzMax);
  const int shared = std::gcd(from_hz, to_hz);
  up_ = to_hz / shared;
  down_ = from_hz / shared;
  half_ = kZeroCrossings * std::max(up_, down_);
  taps_ = low_pass(up_, down_, half_);
}

std::int16_t Resampler::output_at(std::int64_t upsampled) const {
  // Taps reach from upsampled - half_ to upsampled + half_; inputs are at multiples of up_.
  const std::int64_t lowest = upsampled - half_;
  std::int64_t input = lowest <= 0 ? 0 : (lowest + up_ - 1) / up_;
  const std::int64_t last = std::min((upsampled + half_) / up_, inputs_ - 1);
  float sum = 0;
  for (; input <= last; ++input) {
    sum += held_[static_cast<std::size_t>(input - held_from_)] *
           taps_[static_cast<std::size_t>(upsampled - input * up_ + half_)];
  }
  return static_cast<std::int16_t>(std::clamp(std::lround(sum), -32768L, 32767L));
}

Samples Resampler::produce(std::int64_t upsampled_end) {
  Samples output;
  for (; outputs_ * down_ < upsampled_end; ++outputs_) {
    output.push_back(output_at(outputs_ * down_));
  }
  const std::int64_t keep_from =
      std::clamp((outputs_ * down_ - half_) / up_ - 1, held_from_, inputs_);
  held_.erase(held_.begin(), held_.begin() + (keep_from - held_from_));
  held_from_ = keep_from;
  return output;
}

Samples Resampler::process(std::span<const std::int16_t> input) {
  held_.insert(held_.end(), input.begin(), input.end());
  inputs_ += static_cast<std::int64_t>(input.size());
  return produce(inputs_ * up_ - half_);
}

Samples Resampler::flush() {
  Samples output = produce(inputs_ * up_);
  held_.clear();
  held_from_ = inputs_ = outputs_ = 0;
  return output;
}

Samples resample(std::span<const std::int16_t> input, Rates rates) {
  Resampler resampler(rates);
  Samples output = resampler.process(input);
  const Samples rest = resampler.flush();
  output.insert(output.end(), rest.begin(), rest.end());
  return output;
}

}  // namespace reprise::emulator
