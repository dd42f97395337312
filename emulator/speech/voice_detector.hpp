#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "emulator/speech/listener.hpp"
#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

inline constexpr std::size_t kFrameSamples = kEarHz / 100;  ///< 10 ms, what the detector decides on

/// True when the frame is one steady sine, which WebRTC's detector takes for voice: a predictor of
/// order 2 explains all but a fifty-thousandth of it. Speech is hardly ever that simple.
bool is_pure_tone(std::span<const std::int16_t> frame);

/// How sure the detector must be.
enum class Doubt {
  Little,  ///< a soft voice counts
  Much,    ///< anything that may be noise does not count: used while the model speaks
};

/// WebRTC's voice activity detection; a loudness threshold would answer noise. The detector learns
/// the noise of the room. Digital silence (a muted microphone) is not the room, so after it the
/// detector must learn again; otherwise it would take all noise for voice, at every level (measured
/// 2026-11-28). Loud noise counts as voice until it is learned, so sound without pitch is not
/// called a voice. One thread at a time.
class VoiceDetector {
 public:
  VoiceDetector();
  ~VoiceDetector();
  VoiceDetector(VoiceDetector&&) noexcept;
  VoiceDetector& operator=(VoiceDetector&&) noexcept;
  /// Judges the next frame of a stream: exactly `kFrameSamples` at 16 kHz.
  Hearing hearing(std::span<const std::int16_t> frame, Doubt doubt = Doubt::Little);

 private:
  bool voiced(std::span<const std::int16_t> frame, Doubt doubt);
  struct State;
  std::unique_ptr<State> state_;
  std::size_t silent_frames_ = 0;
  Samples last_;  // the sound in which pitch is looked for
};

}  // namespace reprise::emulator
