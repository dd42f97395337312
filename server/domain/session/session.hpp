#pragma once

// Names and nouns that several features share: ids, recordings, live sessions, and how they end.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "domain/session/retention.hpp"

namespace reprise::session {

using ChatId = Strong<struct ChatIdTag, std::string>;                ///< UUIDv7 text
using LiveSessionId = Strong<struct LiveSessionIdTag, std::string>;  ///< UUIDv7 text
using RecordingId = Strong<struct RecordingIdTag, std::string>;      ///< UUIDv7 text
using Seq = Strong<struct SeqTag, std::int64_t>;                     ///< of a chunk: 0 … kSeqMax
inline constexpr std::int64_t kSeqMax = 2'147'483'647;

/// The names in JSON and in the database are those of `enum_text` (base/json.hpp):
/// `complete_with_gaps`.
enum class RecordingState { Recording, Complete, CompleteWithGaps, Erased };
BOOST_DESCRIBE_ENUM(RecordingState, Recording, Complete, CompleteWithGaps, Erased)
/// Why a recording ended. Only the server sets `Abandoned`: no chunk came for too long.
enum class RecordingEnd { Hangup, Lost, Crash, Error, Abandoned };
BOOST_DESCRIBE_ENUM(RecordingEnd, Hangup, Lost, Crash, Error, Abandoned)
/// Why a live session ended. Only the server sets `Abandoned`.
enum class SessionEnd { Hangup, Lost, Error, NeverConnected, Abandoned };
BOOST_DESCRIBE_ENUM(SessionEnd, Hangup, Lost, Error, NeverConnected, Abandoned)

/// A recorded live session is quiet when no chunk has come for this long: its tab or its network is
/// gone. Twice the longest wait between two attempts of the browser (15 s).
inline constexpr std::int64_t kQuietAfterNs = 30'000'000'000;

/// How long anything of each channel is missing.
struct MissingTime {
  std::int64_t microphone_ns = 0;
  std::int64_t model_ns = 0;
  std::int64_t camera_ns = 0;
  std::int64_t messages_ns = 0;
  friend bool operator==(const MissingTime&, const MissingTime&) = default;
};

/// What is kept of a live session, and how much of it is stored.
struct Recording {
  RecordingId id;
  ChatId chat_id;
  LiveSessionId live_session_id;
  RecordingState state = RecordingState::Recording;
  std::optional<RecordingEnd> reason;
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> duration_ns;  ///< known once there is a view
  std::string first_words;
  std::int64_t stored_bytes = 0;
  std::int64_t chunks_stored = 0;
  std::optional<std::int64_t> last_seq;  ///< set by finish; −1: nothing was recorded
  std::vector<std::int64_t>
      missing_seqs;  ///< at most kMissingNamedMax; lists do not fill it while the recording runs
  std::optional<std::string> title;  ///< a title that a person gave
  std::string chat_title;
  std::string model;
  bool quiet = false;  ///< it runs, and nothing has come for kQuietAfterNs
  // Taken from its view; without a view, these values.
  std::string seam;  ///< recording::row_seam
  bool has_thumbnail = false;
  MissingTime missing;
  bool left_out = false;  ///< recording::left_out
  /// It has ended, and its view is to be made anew: from a late chunk, or by a newer fold.
  bool refolding = false;
  /// Its start by the clock of the device that recorded; empty until it is folded, or when the
  /// recording does not say it.
  std::optional<std::int64_t> started_device_utc_ns;
  std::optional<std::int64_t> keep_days;       ///< what its owner chose; empty: the setting counts
  std::optional<std::int64_t> expires_utc_ns;  ///< when it is erased, unless it is held
  std::optional<Hold> hold;
};

/// What a person agreed to before a live session was recorded, and whether they took it back.
struct ConsentFacts {
  std::string text_version;
  std::string text_sha256_hex;
  std::string locale;
  std::int64_t given_utc_ns = 0;
  std::string method;
  std::string channels_json;
  std::optional<std::int64_t> withdrawn_utc_ns;
};

/// What becomes of a recording whose consent is withdrawn.
enum class Withdrawn { Keep, Erase };
BOOST_DESCRIBE_ENUM(Withdrawn, Keep, Erase)

/// One conversation over the Live API.
struct LiveSession {
  LiveSessionId id;
  ChatId chat_id;
  std::optional<SessionEnd> reason;  ///< empty while it is live
  bool quiet = false;                ///< live and recorded, and nothing has come for kQuietAfterNs
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> ended_utc_ns;
  /// Empty: not recorded. A tombstone when the recording was erased.
  std::optional<Recording> recording;
  std::optional<ConsentFacts> consent;  ///< empty: it was not to be recorded
};

/// The most code points in the title of a chat or a recording (the schema counts them, too).
inline constexpr std::size_t kTitleCharactersMax = 200;
/// The name on the screen of a chat that has not been named. Whether a chat has been named is told
/// by `untitled` in its row, since an owner may give this very name.
inline constexpr const char* kUntitled = "New chat";
/// The title as it is stored: without white space at its ends. Empty when there is nothing but
/// ASCII white space. Errors: Invalid when it is longer than kTitleCharactersMax code points, is
/// not UTF-8, holds control characters, or has nothing visible.
Result<std::string> clean_title(std::string_view title);
/// The same for a title that is required. Errors: as above; Invalid when it is empty.
Result<std::string> given_title(std::string_view title);
/// A title from the first words of a session: one line of at most 60 letters, cut at a word, with a
/// capital. Empty when there is nothing to show.
std::string title_from(std::string_view first_words);

}  // namespace reprise::session
