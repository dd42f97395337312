#pragma once

// An answer as a stream of numbered events (text/event-stream, WHATWG HTML 9.2). Event n is the
// answer's piece n, at any time and from any node; the last one says how it ended.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "domain/chat/message.hpp"

namespace reprise::chat {

/// One event. `data` has no line break.
std::string sse_event(std::int64_t number, std::string_view name, std::string_view data);
/// `delta` with `{"text": …}`.
std::string delta_event(std::int64_t number, std::string_view text);
/// Tells the client when to come again, and that it is to come again once the stream ends.
std::string retry_field(std::int64_t wait_ms);
/// A line that says nothing: the connection is alive.
inline constexpr std::string_view kHeartbeat = ":\n\n";

/// The number after which a client wants to go on: `Last-Event-ID`, or 0. Errors: Invalid.
Result<std::int64_t> last_event_of(std::optional<std::string_view> header);

/// Where each piece ends in the text: as it is stored once the answer has ended.
std::string ends_of(const std::vector<std::string>& pieces);
/// The pieces of a text that has ended. A text without stored ends is one piece, an empty one none.
std::vector<std::string> pieces_of(std::string_view text, std::string_view ends);

}  // namespace reprise::chat
