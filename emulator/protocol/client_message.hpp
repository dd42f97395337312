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

/// The setup as sent, with lowerCamelCase names; its rules are in setup.hpp.
struct SetupMessage {
  boost::json::object setup;
};

struct Picture {
  std::string mime_type;
  Bytes data;
};

/// Sound as it came: s16le mono; an odd last byte is the next message's first.
struct SoundBytes {
  Bytes data;
  int rate_hz = kEarHz;
};

/// Several arms may come in one frame; the official SDK does that.
struct RealtimeInput {
  std::optional<SoundBytes> audio;
  std::optional<Picture> video;
  std::optional<std::string> text;
  bool activity_start = false;
  bool activity_end = false;
  bool audio_stream_end = false;
};

struct ClientContent {
  std::string user_text;           ///< of the last user turn that has any, its parts joined
  std::string all_text;            ///< of all turns, for the token count
  std::optional<Picture> picture;  ///< the last one
  bool turn_complete = false;
};

struct ToolResponse {
  std::vector<std::string> ids;
};
struct ContextUpdate {};

using ClientMessage =
    std::variant<SetupMessage, RealtimeInput, ClientContent, ToolResponse, ContextUpdate>;

/// Reads one frame. The error is how Google closes the socket.
std::expected<ClientMessage, http::CloseReason> parse_client_message(std::string_view frame);

}  // namespace reprise::emulator
