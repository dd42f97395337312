#pragma once

// Names that several features share: who is who, and how things end.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::session {

using ChatId = Strong<struct ChatIdTag, std::string>;                ///< UUIDv7 text
using LiveSessionId = Strong<struct LiveSessionIdTag, std::string>;  ///< UUIDv7 text
using RecordingId = Strong<struct RecordingIdTag, std::string>;      ///< UUIDv7 text
using Seq = Strong<struct SeqTag, std::int64_t>;                     ///< of a chunk: 0 … 2^31 − 1

enum class RecordingState { Recording, Complete, CompleteWithGaps, Erased };
/// Why a recording ended. `Abandoned` is the server's own: no chunk for too long.
enum class RecordingEnd { Hangup, Lost, Crash, Error, Abandoned };
/// Why a live session ended. `Abandoned` likewise.
enum class SessionEnd { Hangup, Lost, Error, NeverConnected, Abandoned };

/// The names in JSON and in the database.
std::string_view name_of(RecordingState state);
std::string_view name_of(RecordingEnd reason);
std::string_view name_of(SessionEnd reason);
std::optional<RecordingState> recording_state_of(std::string_view name);
std::optional<RecordingEnd> recording_end_of(std::string_view name);
std::optional<SessionEnd> session_end_of(std::string_view name);

}  // namespace reprise::session
