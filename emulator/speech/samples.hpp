#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/types.hpp"

namespace reprise::emulator {

/// Mono s16 PCM. The rate is given by the name of the variable that holds it.
using Samples = std::vector<std::int16_t>;

inline constexpr int kEarHz = 16'000;     ///< of sound that is listened to
inline constexpr int kSpeechHz = 24'000;  ///< of the model's speech

/// A number of samples of sound that is listened to, and of the model's speech.
using EarSamples = Strong<struct EarSamplesTag, std::size_t>;
using SpeechSamples = Strong<struct SpeechSamplesTag, std::size_t>;

/// Rounds towards zero.
constexpr std::chrono::microseconds duration_of(EarSamples samples) {
  return std::chrono::microseconds{static_cast<std::int64_t>(samples.value) * 1'000'000 / kEarHz};
}
constexpr std::chrono::microseconds duration_of(SpeechSamples samples) {
  return std::chrono::microseconds{static_cast<std::int64_t>(samples.value) * 1'000'000 /
                                   kSpeechHz};
}

}  // namespace reprise::emulator
