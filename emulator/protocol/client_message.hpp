#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/types.hpp"
#include "emulator/speech/samples.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// The setup as sent, with lowerCamelCase names. setup.hpp checks its rules.
struct SetupMessage {
  boost::json::object setup;
};

struct Picture {
  std::string mime_type;
  Bytes data;
};

/// Sound as received: s16le mono. An odd last byte belongs to the next message's first sample.
struct SoundBytes {
  Bytes data;
  int rate_hz = kEarHz;
};

/// One frame may hold several members; the official SDK sends such frames.
struct RealtimeInput {
  std::optional<SoundBytes> audio;
  std::optional<Picture> video;
  std::optional<std::string> text;
  bool activity_start = false;
  bool activity_end = false;
  bool audio_stream_end = false;
};

struct ClientContent {
  std::string user_text;           ///< parts of the last user turn with text, joined
  std::vector<std::string> said;   ///< the text of each user turn, the oldest first
  std::string all_text;            ///< text of all turns, for the token count
  std::optional<Picture> picture;  ///< the last picture
  bool turn_complete = false;
};

struct ToolResponse {
  std::vector<std::string> ids;
};
struct ContextUpdate {};

using ClientMessage =
    std::variant<SetupMessage, RealtimeInput, ClientContent, ToolResponse, ContextUpdate>;

/// Reads one frame. The error says how Google closes the socket.
std::expected<ClientMessage, http::CloseReason> parse_client_message(std::string_view frame);

}  // namespace reprise::emulator
