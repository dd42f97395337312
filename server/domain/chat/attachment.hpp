#pragma once

// A file that hangs on a message.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reprise::chat {

/// How many files one message may have.
inline constexpr std::size_t kAttachmentsMax = 20;

struct Attachment {
  std::string upload_id;
  std::string name;
  std::string media_type;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> width = std::nullopt;
  std::optional<std::int64_t> height = std::nullopt;
  std::optional<std::int64_t> duration_ms = std::nullopt;
  bool has_preview = false;
  bool by_stand_in = false;  ///< a model is given its preview, a JPEG, in its place
  /// Only on the way to a model: the text, or the bytes. Empty when there is a `uri`.
  std::string data = {};
  std::string uri = {};  ///< where the model's service has it; empty: it is sent with the message
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

/// Whether a model is given it as text, and not as a file.
inline bool is_text(std::string_view media_type) {
  return media_type.starts_with("text/") || media_type == "application/json";
}

}  // namespace reprise::chat
