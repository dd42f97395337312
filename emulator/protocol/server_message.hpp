#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Frames to the client, in lowerCamelCase and pretty-printed, as Google sends them.
namespace reprise::emulator::server_message {

/// Tokens of one model response (not cumulative): the whole context so far, and the answer.
struct Usage {
  std::int64_t prompt_text = 0;
  std::int64_t prompt_audio = 0;
  std::int64_t prompt_image = 0;
  std::int64_t response_audio = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

std::string setup_complete();
/// Sound of 24 kHz, mono, s16.
std::string audio(std::span<const std::int16_t> pcm);
std::string input_transcription(std::string_view text);
std::string output_transcription(std::string_view text);
std::string interrupted();
std::string generation_complete();
/// `idle` adds `interactionStatus: IDLE`, as the 3.8 family does.
std::string turn_complete(const Usage& usage, bool idle);
std::string resumption_update(std::string_view handle);
std::string go_away(std::chrono::milliseconds time_left);

}  // namespace reprise::emulator::server_message
