#include "emulator/speech/pitch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace reprise::emulator {
namespace {

// Order of the predictor: the colour of a room and four formants.
constexpr std::size_t kOrder = 10;
constexpr std::size_t kLagMin = kEarHz / 400;
constexpr std::size_t kLagMax = kEarHz / 60;
static_assert(kLagMax < kPitchSamples / 2 + kLagMin);

using Frame = std::array<float, kPitchSamples>;

float correlation(const Frame& frame, std::size_t lag) {
  float sum = 0;
  for (std::size_t n = lag; n < frame.size(); ++n) sum += frame[n] * frame[n - lag];
  return sum;
}

/// The predictor after Levinson and Durbin; `a[0]` is 1.
std::array<float, kOrder + 1> predictor(const Frame& windowed) {
  std::array<float, kOrder + 1> r{};
  for (std::size_t lag = 0; lag <= kOrder; ++lag) r[lag] = correlation(windowed, lag);
  r[0] *= 1.0001F;  // noise 40 dB below, so that a tone does not make the predictor unstable
  std::array<float, kOrder + 1> a{1};
  float error = r[0];
  for (std::size_t i = 1; i <= kOrder && error > 0; ++i) {
    float sum = r[i];
    for (std::size_t j = 1; j < i; ++j) sum += a[j] * r[i - j];
    const float reflection = -sum / error;
    auto next = a;
    for (std::size_t j = 1; j < i; ++j) next[j] = a[j] + reflection * a[i - j];
    next[i] = reflection;
    a = next;
    error *= 1 - reflection * reflection;
  }
  return a;
}

}  // namespace

double pitch_strength(std::span<const std::int16_t, kPitchSamples> sound) {
  Frame plain;
  Frame windowed;
  for (std::size_t n = 0; n < plain.size(); ++n) {
    plain[n] = static_cast<float>(sound[n]);
    const double turn = 2 * std::numbers::pi * static_cast<double>(n) / (kPitchSamples - 1);
    windowed[n] = plain[n] * static_cast<float>(0.5 - 0.5 * std::cos(turn));
  }
  const auto a = predictor(windowed);
  Frame rest{};
  for (std::size_t n = kOrder; n < plain.size(); ++n) {
    for (std::size_t i = 0; i <= kOrder; ++i) rest[n] += a[i] * plain[n - i];
  }
  // Energy of the first n samples of the residual: each lag needs the energy of a beginning and of
  // an end.
  std::array<double, kPitchSamples + 1> energy{};
  for (std::size_t n = 0; n < rest.size(); ++n) {
    energy[n + 1] = energy[n] + static_cast<double>(rest[n]) * rest[n];
  }
  double best = 0;
  for (std::size_t lag = kLagMin; lag <= kLagMax; ++lag) {
    const double ahead = energy[kPitchSamples] - energy[kOrder + lag];
    const double behind = energy[kPitchSamples - lag];
    if (ahead <= 0 || behind <= 0) continue;
    best = std::max(best, correlation(rest, lag) / std::sqrt(ahead * behind));
  }
  return best;
}

}  // namespace reprise::emulator
