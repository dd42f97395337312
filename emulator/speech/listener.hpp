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
  /// Voice needed within `kStartWindow` of it. 200 ms, so that a click or a short beep is nothing.
  std::chrono::milliseconds voice_to_start{200};
  std::chrono::milliseconds silence_to_end{800};
  bool automatic = true;  ///< false: `begin` and `end` mark speech
};

/// An utterance is cut and committed when it gets this long.
inline constexpr std::chrono::seconds kUtteranceMax{60};

struct SpeechStarted {
  friend bool operator==(const SpeechStarted&, const SpeechStarted&) = default;
};
/// What one frame of 10 ms sounds like.
enum class Hearing {
  Nothing,
  Voiceless,  ///< perhaps a consonant, perhaps noise
  Voice,      ///< with the pitch of a voice
};
/// All that was said, with some sound before it, at 16 kHz.
struct SpeechEnded {
  Samples pcm;
  friend bool operator==(const SpeechEnded&, const SpeechEnded&) = default;
};
using SpeechEdge = std::variant<SpeechStarted, SpeechEnded>;

/// Finds utterances in a stream of sound. Pure but for `hearing`, which decides on one 10 ms frame.
/// Speech begins with a voice: however loud and long a noise is, it is none.
class Listener {
 public:
  Listener(ListenerSettings settings,
           std::function<Hearing(std::span<const std::int16_t>)> hearing);
  /// Sound at 16 kHz, any length.
  std::vector<SpeechEdge> hear(std::span<const std::int16_t> pcm);
  /// The stream pauses: what was said counts as ended now.
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
  Samples partial_;             // less than a frame
  Samples utterance_;           // while speaking; else the sound before
  std::deque<Hearing> window_;  // of the last frames before the start
  std::size_t quiet_frames_ = 0;
  bool speaking_ = false;
};

}  // namespace reprise::emulator
