#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reprise::emulator {

/// Mono s16 PCM. The rate is given by the name of the variable that holds it.
using Samples = std::vector<std::int16_t>;

inline constexpr int kEarHz = 16'000;     ///< of sound that is listened to
inline constexpr int kSpeechHz = 24'000;  ///< of the model's speech

/// Rounds towards zero.
constexpr std::chrono::microseconds duration_of(std::size_t samples, int hz) {
  return std::chrono::microseconds{static_cast<std::int64_t>(samples) * 1'000'000 / hz};
}

}  // namespace reprise::emulator
