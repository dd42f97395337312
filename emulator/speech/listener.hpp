#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <variant>
#include <vector>

#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

/// When speech counts as begun and as ended. Google does not publish its values.
struct ListenerSettings {
  /// Voice that is needed within `kStartWindow`. 200 ms, so that a click or a short beep does not
  /// count.
  std::chrono::milliseconds voice_to_start{200};
  std::chrono::milliseconds silence_to_end{800};
  bool automatic = true;  ///< false: `begin` and `end` mark speech
};

/// A longer utterance is cut here and counts as ended.
inline constexpr std::chrono::seconds kUtteranceMax{60};

struct SpeechStarted {
  friend bool operator==(const SpeechStarted&, const SpeechStarted&) = default;
};
/// What one frame of 10 ms sounds like.
enum class Hearing {
  Nothing,
  Voiceless,  ///< a consonant or noise
  Voice,      ///< sound with the pitch of a voice
};
/// The whole utterance, with some sound before it, at 16 kHz.
struct SpeechEnded {
  Samples pcm;
  friend bool operator==(const SpeechEnded&, const SpeechEnded&) = default;
};
using SpeechEdge = std::variant<SpeechStarted, SpeechEnded>;

/// Finds utterances in a stream of sound. Pure except for `hearing`, which judges one frame of 10
/// ms. Speech begins with a voice: a noise is not speech, however loud and long it is.
class Listener {
 public:
  Listener(ListenerSettings settings,
           std::function<Hearing(std::span<const std::int16_t>)> hearing);
  /// Adds sound at 16 kHz, of any length.
  std::vector<SpeechEdge> hear(std::span<const std::int16_t> pcm);
  /// The stream pauses: the utterance counts as ended now.
  std::vector<SpeechEdge> stream_ended();
  /// The client's own marks (only without automatic detection).
  std::vector<SpeechEdge> begin();
  std::vector<SpeechEdge> end();
  bool speaking() const { return speaking_; }

 private:
  void on_frame(std::span<const std::int16_t> frame, std::vector<SpeechEdge>& edges);
  SpeechEdge finish();

  ListenerSettings settings_;
  std::function<Hearing(std::span<const std::int16_t>)> hearing_;
  Samples partial_;             // less than one frame
  Samples utterance_;           // the sound of the utterance; before one begins, the last sound
  std::deque<Hearing> window_;  // the last frames before the start
  std::size_t quiet_frames_ = 0;
  bool speaking_ = false;
};

}  // namespace reprise::emulator
