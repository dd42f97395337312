#pragma once

// What others may ask of the archive, along its tables. Who needs it names the parts that it needs
// (`Uses`), and is then tested and read with these alone.

#include <boost/describe/enum.hpp>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/async.hpp"
#include "base/digest.hpp"
#include "base/page.hpp"
#include "base/types.hpp"
#include "domain/access/reach.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/session/session.hpp"
#include "platform/database/database.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/search/search_index.hpp"

namespace reprise::archive {

using access::Reach;
using access::UserId;
using database::usual_deadline;
using session::ChatId;
using session::LiveSessionId;
using session::Recording;
using session::RecordingId;
using session::Seq;

/// What decides how a row is shown.
struct Moment {
  std::int64_t now_utc_ns = 0;
  session::RetentionRules retention = {};
};

/// How the owner wants a recording kept.
struct Keeping {
  std::optional<std::int64_t> days;  ///< empty: as the setting says
  bool hold = false;                 ///< it is not erased while this is set
};

/// What the client says the bytes are (RFC 9530).
struct ExpectedDigest {
  Sha256 sha256;
  std::optional<std::uint32_t> crc32c;
};

struct ChunkInfo {
  std::int64_t seq = 0;
  std::int64_t bytes = 0;
  std::string sha256_hex;
  std::uint32_t crc32c = 0;
};

struct ChunkListing {
  Page<ChunkInfo> chunks;                   ///< in seq order
  std::optional<std::int64_t> last_seq;     ///< named by finish
  std::optional<std::int64_t> highest_seq;  ///< ever stored, also when it is damaged now
};

struct Standing {
  session::RecordingState state = session::RecordingState::Recording;
  std::optional<session::RecordingEnd> reason;  ///< empty while the recording runs
};

/// What changes of a recording while it is folded.
struct Mark {
  RecordingId id;
  session::RecordingState state = session::RecordingState::Recording;
  std::int64_t chunks = 0;  ///< stored, damaged ones too
};

/// One file of a view, with the size and hash that it had when it was written.
struct ViewFileRow {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256_hex;  ///< empty: only the size is known
  friend bool operator==(const ViewFileRow&, const ViewFileRow&) = default;
};

/// The row of a finished view. The playback feature owns the files.
struct ViewRow {
  std::int64_t version = 1;
  std::int64_t fold_version = 0;
  std::int64_t chunk_count = 0;  ///< how many chunks the view was made from
  std::int64_t duration_ns = 0;
  std::string first_words;
  std::int64_t media_bytes = 0;
  bool has_video = false;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string seam = {};  ///< recording::row_seam
  bool has_thumbnail = false;
  session::MissingTime missing = {};
  bool left_out = false;                                   ///< recording::left_out
  std::optional<std::int64_t> started_device_utc_ns = {};  ///< as in session::Recording
  std::vector<ViewFileRow> files = {};                     ///< by name
  friend bool operator==(const ViewRow&, const ViewRow&) = default;
};

/// The bytes of a chunk and its parsed content, which points into them. Immutable.
struct StoredChunk {
  Bytes bytes;
  recording::Chunk content;
};

/// An upload that the recording's row admits, before its bytes arrive.
struct ChunkWish {
  Reach reach;
  RecordingId id;
  Seq seq;
  ExpectedDigest expected;
  std::optional<ChunkInfo> stored;  ///< set when a chunk with the same bytes is stored already
  bool damaged = false;             ///< true when that chunk is noted as damaged
  std::string object = {};          ///< the key of the object that it would become
};

/// An erase answers after this long at the latest, even if a file is still in use: a person waits
/// at most a second.
inline constexpr std::chrono::milliseconds kEraseWait{800};

/// How far an erase had come when it answered. In both cases the recording can no longer be read.
enum class Erased {
  Whole,  ///< nothing is left but the tombstone
  /// Some files are in use or cannot be removed yet: `sweep` tries until they are gone.
  FilesFollow,
};

struct StorageUse {
  std::uint64_t used_bytes = 0;             ///< by the user's recordings
  std::optional<std::uint64_t> free_bytes;  ///< empty: a bucket, which does not fill up
  std::int64_t recordings = 0;
};

/// Whether anything is missing of a recording that has ended, as its row says in words: a chunk,
/// time of a channel (session::MissingTime), or messages that have no place in time.
enum class RecordingMissing { None, Some };
BOOST_DESCRIBE_ENUM(RecordingMissing, None, Some)

/// Which recordings a list holds. A field that is not set excludes nothing.
struct RecordingFilter {
  std::optional<ChatId> chat = std::nullopt;
  std::optional<session::RecordingState> state = std::nullopt;
  std::optional<RecordingMissing> missing = std::nullopt;
  std::optional<std::int64_t> from_utc_ns = std::nullopt;    ///< begun at this time or later
  std::optional<std::int64_t> before_utc_ns = std::nullopt;  ///< begun before this time
  std::optional<std::string> model = std::nullopt;
};
enum class RecordingSort { Newest, Oldest, Longest };
BOOST_DESCRIBE_ENUM(RecordingSort, Newest, Oldest, Longest)

/// Sums over all recordings of a user that a filter lets through.
struct RecordingTotals {
  std::int64_t recordings = 0;
  std::int64_t duration_ns = 0;
  std::int64_t bytes = 0;           ///< chunks and view media
  std::vector<std::string> models;  ///< of all the user's recordings, whatever the filter says
};

/// What became of a view that was to be stored.
enum class ViewStored {
  Yes,
  Erased,  ///< the recording was erased meanwhile
  Older,   ///< a view of this version or of a later one is there already: another node was quicker
};

/// Hears what has been committed. Called on the thread that committed it; must not block or throw.
class ArchiveListener {
 public:
  virtual ~ArchiveListener() = default;
  /// `chunk` is what was stored, so that the listener need not read, hash and parse it again.
  virtual void on_chunk_stored(const RecordingId& id, Seq seq,
                               std::shared_ptr<const StoredChunk> chunk) = 0;
  /// The recording was finished, or abandoned, or finished after it had been abandoned.
  virtual void on_ended(const RecordingId& id) = 0;
  /// Removes everything that was made from the recording. False: a file was still in use at the
  /// deadline, and the archive will ask again. May throw when a file cannot be removed.
  virtual Task<bool> on_erased(RecordingId id, Deadline deadline) = 0;
};

// Below: any thread. Throws when the database or the store is down. Calls with a reach give the
// errors NotFound (also what is out of reach) and Gone `recording-erased`, and those named below;
// those without a reach or a user are for the program's own work. A request passes its own deadline
// on.

/// What is the same for all parts.
class Common {
 public:
  virtual ~Common() = default;
  /// The jobs of its database: folds and erases.
  virtual jobs::Jobs& jobs() = 0;
  /// The clock that was given to it.
  virtual std::int64_t now_utc_ns() const = 0;
  virtual Moment moment() const = 0;
};

/// Whether there is space, and how much is used.
class Room {
 public:
  virtual ~Room() = default;
  /// Errors, while no new recording may begin: StorageFull `disk-full`; Unavailable while rows and
  /// objects do not belong together.
  virtual Status may_begin() const = 0;
  virtual Task<StorageUse> storage(UserId owner, Deadline deadline = usual_deadline()) = 0;
};

/// Recordings while they are made.
class Uploads {
 public:
  virtual ~Uploads() = default;
  /// The first of two steps that store one sealed chunk: gives the errors that follow from the row
  /// alone, so that a body that will be refused need not be received. Errors: Conflict
  /// `chunk-conflict` (other bytes) or `chunk-beyond-last`; StorageFull `disk-full`.
  virtual Task<Result<ChunkWish>> admit_chunk(Reach reach, RecordingId id, Seq seq,
                                              ExpectedDigest expected,
                                              Deadline deadline = usual_deadline()) = 0;
  /// The second step. On return the bytes of the chunk, its directory and its row are durable. The
  /// same upload again gets the same answer. Errors: as before; Unprocessable
  /// `chunk-digest-mismatch` or `chunk-malformed`; TooLarge. A refused chunk leaves nothing behind.
  virtual Task<Result<ChunkInfo>> put_chunk(ChunkWish wish, Bytes bytes,
                                            Deadline deadline = usual_deadline()) = 0;
  virtual Task<Result<ChunkListing>> chunks(Reach reach, RecordingId id, PageWish wish,
                                            Deadline deadline = usual_deadline()) = 0;
  /// Finishes the recording: names the last chunk (−1: there is no chunk) and the reason.
  /// Idempotent. Errors: Conflict `already-finished` (other values, unless the recording was only
  /// abandoned) or `chunk-beyond-last` (a later chunk is stored).
  virtual Task<Result<Recording>> finish(Reach reach, RecordingId id, std::int64_t last_seq,
                                         session::RecordingEnd reason,
                                         Deadline deadline = usual_deadline()) = 0;
};

/// How a recording stands, and what is stored of it.
class Contents {
 public:
  virtual ~Contents() = default;
  /// State and reason of the recording; reads one row.
  virtual Task<Result<Standing>> standing(Reach reach, RecordingId id,
                                          Deadline deadline = usual_deadline()) = 0;
  /// All of it, in seq order: for what is made of a whole recording.
  virtual Task<Result<std::vector<ChunkInfo>>> all_chunks(Reach reach, RecordingId id,
                                                          Deadline deadline = usual_deadline()) = 0;
  /// The numbers of its undamaged chunks from `from` on, in order. None for an erased recording.
  virtual Task<std::vector<std::int64_t>> seqs_from(RecordingId id, std::int64_t from) = 0;
  /// The bytes as they were uploaded, checked against their hash. A damaged chunk is noted as such,
  /// and the error is NotFound.
  virtual Task<Result<Bytes>> read_chunk(Reach reach, RecordingId id, Seq seq,
                                         Deadline deadline = usual_deadline()) = 0;
};

/// The rows of recordings, as their owners see and change them.
class Recordings {
 public:
  virtual ~Recordings() = default;
  /// The recording, with `missing_seqs` filled.
  virtual Task<Result<Recording>> find(Reach reach, RecordingId id,
                                       Deadline deadline = usual_deadline()) = 0;
  /// The user's recordings that are not erased, with the `missing_seqs` of those that ended with
  /// gaps. The cursor in `wish` must come from a list with the same filter and sort.
  virtual Task<Page<Recording>> list(UserId owner, PageWish wish, RecordingFilter filter = {},
                                     RecordingSort sort = RecordingSort::Newest,
                                     Deadline deadline = usual_deadline()) = 0;
  virtual Task<RecordingTotals> totals(UserId owner, RecordingFilter filter,
                                       Deadline deadline = usual_deadline()) = 0;
  /// Gives the recording a name (session::given_title).
  virtual Task<Result<Recording>> rename(Reach reach, RecordingId id, std::string title,
                                         Deadline deadline = usual_deadline()) = 0;
  /// Says how long a recording is kept. Errors: Unprocessable `retention-out-of-bounds`.
  virtual Task<Result<Recording>> keep(Reach reach, RecordingId id, Keeping wish,
                                       Deadline deadline = usual_deadline()) = 0;
};

/// Takes recordings away for good.
class Erasures {
 public:
  virtual ~Erasures() = default;
  /// Removes rows and files for good, and the chat's title if it was made from words of this
  /// recording. A tombstone stays and refuses late chunks. Answers within kEraseWait plus the time
  /// that the disk takes. Idempotent; when the server is killed, the sweep finishes the work.
  /// Errors: Conflict `recording-held`; never Gone.
  virtual Task<Result<Erased>> erase(Reach reach, RecordingId id,
                                     Deadline deadline = usual_deadline()) = 0;
  /// Marks every recording of a chat erased, inside the transaction that deletes the chat (a
  /// `write_freeing`). `remove_files` or the next sweep removes their files.
  virtual std::vector<RecordingId> erase_in(database::Transaction& transaction, const Reach& reach,
                                            const ChatId& chat) const = 0;
  /// Removes the files of erased recordings. A file that cannot be removed does not stop the
  /// others. Answers within kEraseWait plus the time that the disk takes for one recording; the
  /// next sweep removes what is left then.
  virtual Task<Erased> remove_files(std::vector<RecordingId> ids) = 0;
  /// Whether a recording of the chat is held, so that the chat must stay.
  virtual bool is_held_in(database::Transaction& transaction, const Reach& reach,
                          const ChatId& chat) const = 0;
};

/// The rows of finished views.
class ViewRows {
 public:
  virtual ~ViewRows() = default;
  /// The row of the finished view; empty while there is none. Reads one row by its key: every Range
  /// request for the media calls this.
  virtual Task<Result<std::optional<ViewRow>>> find_view(Reach reach, RecordingId id,
                                                         Deadline deadline = usual_deadline()) = 0;
  /// Stores the row of a view, if its version is higher than that of the stored one. Once the
  /// recording has ended, its first words become the title of a chat that has none yet. From then
  /// on the search finds `said`. `measures`: analytics::text_of what the view says in numbers.
  virtual Task<ViewStored> store_view(RecordingId id, ViewRow row,
                                      std::vector<search::Sentence> said = {},
                                      std::string measures = {}) = 0;
  /// Adds the hash of one file of the stored view, if the view is still of this version.
  virtual Task<void> note_view_hash(RecordingId id, std::int64_t version, ViewFileRow file,
                                    Deadline deadline = usual_deadline()) = 0;
  /// Ended recordings whose view is absent, of another fold version, or made from fewer chunks.
  /// Oldest first.
  virtual Task<std::vector<RecordingId>> without_view(std::int64_t fold_version,
                                                      Deadline deadline = usual_deadline()) = 0;
  /// How these recordings stand. Those that do not exist are left out.
  virtual Task<std::vector<Mark>> marks(std::vector<RecordingId> ids) = 0;
  /// Makes the search find the words of a recording whose view is stored already.
  virtual Task<void> store_said(RecordingId id, std::vector<search::Sentence> said) = 0;
  /// Recordings that have a view but are unknown to the search: the first `count_max` with an id
  /// greater than `after`, in the order of their ids.
  virtual Task<std::vector<RecordingId>> unfilled(RecordingId after, std::int64_t count_max) = 0;
};

/// What the search knows.
class Words {
 public:
  virtual ~Words() = default;
  /// One page of what the search finds of the user's. Only reads.
  virtual Task<Page<search::Hit>> find_words(UserId owner, search::Query query, PageWish wish,
                                             Deadline deadline = usual_deadline()) = 0;
  /// Makes the search find a chat by the title that its row has now, inside the transaction that
  /// changed it.
  virtual void title_changed(database::Transaction& transaction, const ChatId& chat) const = 0;
  /// The same for what a text says, typed or answered.
  virtual void message_changed(database::Transaction& transaction,
                               const std::string& message_id) const = 0;
};

/// The parts of the archive that somebody needs, and no others. Made of whatever has all of them.
template <class... Parts>
class Uses {
 public:
  // Implicit, as the conversion of a reference to one part is.
  template <class Whole>
    requires(std::derived_from<Whole, Parts> && ...)
  Uses(Whole& whole) : parts_(static_cast<Parts&>(whole)...) {}

  template <class Part>
  Part& part() const {
    return std::get<Part&>(parts_);
  }
  /// Hands one part on.
  template <class Part>
    requires(std::same_as<Part, Parts> || ...)
  operator Part&() const {
    return part<Part>();
  }

 private:
  std::tuple<Parts&...> parts_;
};

}  // namespace reprise::archive
