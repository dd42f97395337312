#pragma once

#include <memory>
#include <optional>

#include "emulator/protocol/client_message.hpp"
#include "emulator/speech/listener.hpp"
#include "emulator/speech/resampler.hpp"
#include "emulator/speech/voice_detector.hpp"

namespace reprise::emulator {

/// Turns the bytes of `realtimeInput.audio` into utterances. Accepts any declared rate; an odd byte
/// is kept for the next message.
class SoundInput {
 public:
  explicit SoundInput(ListenerSettings settings)
      : listener_(settings, [this](std::span<const std::int16_t> frame) {
          return detector_.hearing(frame, doubt_);
        }) {}
  SoundInput(const SoundInput&) = delete;  // the listener refers to the detector
  SoundInput& operator=(const SoundInput&) = delete;

  /// The sound at 16 kHz.
  Samples samples_of(const SoundBytes& bytes);
  Listener& listener() { return listener_; }
  /// While the model speaks, the detector must be surer, so that noise does not interrupt it.
  void set_model_speaks(bool speaks) { doubt_ = speaks ? Doubt::Much : Doubt::Little; }

 private:
  VoiceDetector detector_;
  Doubt doubt_ = Doubt::Little;
  Listener listener_;
  std::optional<std::byte> odd_;
  int rate_hz_ = kEarHz;
  std::optional<Resampler> resampler_;
};

}  // namespace reprise::emulator
