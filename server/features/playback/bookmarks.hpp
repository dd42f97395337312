#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/archive/parts.hpp"
#include "platform/database/database.hpp"

namespace reprise::playback {

/// The most bookmarks of one recording: more than anybody reads, since all are shown at once.
inline constexpr std::int64_t kBookmarksMax = 500;
/// The most code points of a note (the schema counts them, too).
inline constexpr std::size_t kNoteCharactersMax = 500;
/// A recording lasts at most a day (docs/formats/recording.md 5).
inline constexpr std::int64_t kBookmarkAtMsMax = 86'400'000;

/// A place in a recording that somebody wants to find again.
struct Bookmark {
  std::string id;          ///< UUIDv7 text
  std::int64_t at_ms = 0;  ///< media time
  std::string note;        ///< may be empty
  std::int64_t created_utc_ns = 0;
};

/// The note as it is stored: without white space at its ends. Errors (they name `note`): Invalid
/// when it is longer than kNoteCharactersMax, is not UTF-8, or holds control characters other than
/// line breaks and tabs.
Result<std::string> clean_note(std::string_view note);

/// Any thread. Every call gives the errors NotFound and Gone, and those named below.
class Bookmarks {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Contents, archive::ViewRows, archive::Common>;

  Bookmarks(database::Database& database, Asks archive) : database_(database), archive_(archive) {}
  /// All bookmarks, in the order of their places.
  Task<Result<std::vector<Bookmark>>> list(access::Reach reach, session::RecordingId recording,
                                           Deadline deadline = database::usual_deadline());
  /// Errors: also Invalid when the place is not in the recording, and Unprocessable
  /// `bookmarks-full`.
  Task<Result<Bookmark>> add(access::Reach reach, session::RecordingId recording,
                             std::int64_t at_ms, std::string note,
                             Deadline deadline = database::usual_deadline());
  Task<Result<Bookmark>> set_note(access::Reach reach, session::RecordingId recording,
                                  std::string id, std::string note,
                                  Deadline deadline = database::usual_deadline());
  Task<Status> remove(access::Reach reach, session::RecordingId recording, std::string id,
                      Deadline deadline = database::usual_deadline());

 private:
  Task<Error> why_absent(access::Reach reach, session::RecordingId recording, Deadline deadline);
  Task<Status> check_place(access::Reach reach, session::RecordingId recording, std::int64_t at_ms,
                           Deadline deadline);

  database::Database& database_;
  const Asks archive_;
};

}  // namespace reprise::playback
