#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"
#include "platform/gemini/gemini.hpp"

// The few parts of the Live API's wire that our own client needs (`reprise doctor gemini`). The
// browser uses the official SDK. Pure.
namespace reprise::gemini {

/// The address at which a socket with this token opens. It contains the token: a secret.
std::string socket_url(std::string_view base_url, std::string_view token);

std::string setup_frame(const LiveSettings& settings,
                        const std::optional<ResumptionHandle>& resume_from);
/// A frame with sound of the person: s16le at 16 kHz, mono.
std::string sound_frame(ByteView pcm);
/// A frame that says that the person's sound pauses, so that the utterance counts as ended.
std::string sound_end_frame();

/// The content of one frame of the service. Unknown members are ignored.
struct ServerFrame {
  bool setup_complete = false;
  bool turn_complete = false;
  std::string heard;                       ///< a piece of the person's words
  std::string said;                        ///< a piece of the model's words
  std::size_t sound_samples = 0;           ///< at 24 kHz, mono
  std::optional<ResumptionHandle> handle;  ///< a new handle that can be resumed from
  std::string go_away_time_left;           ///< `50s`
};
/// Errors: Invalid when it is not a JSON object.
Result<ServerFrame> read_server_frame(std::string_view text);

}  // namespace reprise::gemini
