#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "emulator/speech/listener.hpp"
#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

inline constexpr std::size_t kFrameSamples = kEarHz / 100;  ///< 10 ms, what the detector decides on

/// True when the frame is one steady sine, which WebRTC's detector takes for voice: a predictor of
/// order 2 explains all but a fifty-thousandth of it. Hardly any speech is that simple.
bool is_pure_tone(std::span<const std::int16_t> frame);

/// How sure the detector must be.
enum class Doubt {
  Little,  ///< soft voice counts
  Much,    ///< what may be noise does not: for interrupting the model
};

/// WebRTC's voice activity detection (a loudness threshold would answer noise). It learns the noise
/// of the room; after digital silence, which is no room (a microphone that was muted), it learns
/// anew, for else all noise would be voice: measured 2026-11-28, at every level. Loud noise
/// passes for voice until it is learned, so what has no pitch is not called a voice. One thread at
/// a time.
class VoiceDetector {
 public:
  VoiceDetector();
  ~VoiceDetector();
  VoiceDetector(VoiceDetector&&) noexcept;
  VoiceDetector& operator=(VoiceDetector&&) noexcept;
  /// `frame`: exactly `kFrameSamples` at 16 kHz, the next of a stream.
  Hearing hearing(std::span<const std::int16_t> frame, Doubt doubt = Doubt::Little);

 private:
  bool voiced(std::span<const std::int16_t> frame, Doubt doubt);
  struct State;
  std::unique_ptr<State> state_;
  std::size_t silent_frames_ = 0;
  Samples last_;  // what the pitch is looked for in
};

}  // namespace reprise::emulator
