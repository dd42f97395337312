#pragma once

// The one module that stores and reads recordings: ingest writes them, playback reads them, chat
// erases them. Over 400 lines because it is one class, with what its calls take and give.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/page.hpp"
#include "base/types.hpp"
#include "domain/access/reach.hpp"
#include "domain/recording/format/chunk.hpp"
#include "domain/session/session.hpp"
#include "platform/archive/quiet_watch.hpp"
#include "platform/blob/blob.hpp"
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

struct ArchiveOptions {
  /// A recording without a chunk for this long counts as abandoned.
  std::chrono::seconds abandon_after{600};
  /// New recordings are refused below this much free space; chunks below an eighth of it, so that
  /// running recordings can finish.
  std::uint64_t min_free_bytes = std::uint64_t{512} << 20;
  /// How long after its end, or after a late chunk, the chunks of a recording go into packs; empty:
  /// each stays an object of its own (docs/adr/2026-11-29-packs.md).
  std::optional<std::chrono::seconds> pack_after = std::nullopt;
  /// How many rows of chunks that wait at the same moment share a transaction. More than one only
  /// where the database does not put writes together by itself, as SQLite does.
  std::size_t chunks_together = 1;
  /// The index that finds titles and words; lives as long as the program.
  const search::SearchIndex* search = &search::sqlite_search_index();
  jobs::JobsOptions jobs = {};
  session::RetentionRules retention = {};
  /// Notes that a recording is erased because its time is over, inside of that transaction.
  std::function<void(database::Transaction&, const RecordingId&)> on_expired = {};
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
};

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

class ChunkRows;
struct NewChunk;

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

/// Which recordings a list holds. A field that is not set excludes nothing.
struct RecordingFilter {
  std::optional<ChatId> chat = std::nullopt;
  std::optional<session::RecordingState> state = std::nullopt;
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

struct ReconcileReport {
  std::int64_t chunks_seen = 0;
  std::int64_t chunks_lacking = 0;  ///< rows whose object is absent or has another size
  std::int64_t chunks_healed = 0;   ///< chunks that were noted as damaged and are right again
  std::int64_t objects_seen = 0;
  /// Objects without a row: never acknowledged, or of another database.
  std::int64_t objects_unknown = 0;
  /// How many of the unknown objects were moved to quarantine.
  std::int64_t objects_put_aside = 0;
  /// Objects moved back from quarantine, because a row names them.
  std::int64_t objects_taken_back = 0;
  std::int64_t skipped = 0;  ///< recordings that could not be looked at
  /// Set when so much differs that the wrong disk or database is likelier than damage. Nothing was
  /// noted or moved then.
  std::optional<std::string> refused;
};

/// What became of a view that was to be stored.
enum class ViewStored {
  Yes,
  Erased,  ///< the recording was erased meanwhile
  Older,   ///< a view of this version or of a later one is there already: another node was quicker
};

/// What `reconcile` may do about what it finds.
enum class Reconcile {
  Look,  ///< note and clear damage, take objects back from quarantine; move nothing away
  /// The same, and move objects without a row to quarantine. In a bucket they stay where they are:
  /// another node may be about to write their rows.
  PutAside,
  Accept,  ///< the same, however much differs: the operator says that disk and database are right
};

/// An erase answers after this long at the latest, even if a file is still in use: a person waits
/// at most a second.
inline constexpr std::chrono::milliseconds kEraseWait{800};

/// Any thread. The database, the store, the pool and the listener outlive it. Throws when the
/// database or the disk is down. Calls with a reach give the errors NotFound (also what is out of
/// reach) and Gone `recording-erased`, and those named below; those without a reach or a user are
/// for the program's own work. A request passes its own deadline on.
class Archive {
 public:
  Archive(database::Database& database, blob::BlobStore& blobs, BlockingPool& pool,
          ArchiveOptions options);
  ~Archive();
  /// Call it before the first request, at most once.
  void listen(ArchiveListener& listener) { listener_ = &listener; }

  /// Errors, while no new recording may begin: StorageFull `disk-full`; Unavailable while rows and
  /// objects do not belong together.
  Status may_begin() const;
  /// Adds an empty recording, inside the transaction that makes its live session.
  void begin(database::Transaction& transaction, const UserId& owner, const RecordingId& id,
             const LiveSessionId& live_session, const ChatId& chat) const;

  /// Stores one sealed chunk. On return its bytes, its directory and its row are durable. The same
  /// upload again gets the same answer. Errors: Conflict `chunk-conflict` (other bytes) or
  /// `chunk-beyond-last`; Unprocessable `chunk-digest-mismatch` or `chunk-malformed`; TooLarge;
  /// StorageFull `disk-full`. A refused chunk leaves nothing behind.
  Task<Result<ChunkInfo>> put_chunk(Reach reach, RecordingId id, Seq seq, ExpectedDigest expected,
                                    Bytes bytes, Deadline deadline = usual_deadline());
  /// The first of two steps that do the same as put_chunk: gives the errors that follow from the
  /// row alone, so that a body that will be refused need not be received.
  Task<Result<ChunkWish>> admit_chunk(Reach reach, RecordingId id, Seq seq, ExpectedDigest expected,
                                      Deadline deadline = usual_deadline());
  Task<Result<ChunkInfo>> put_chunk(ChunkWish wish, Bytes bytes,
                                    Deadline deadline = usual_deadline());
  /// The bytes as they were uploaded, checked against their hash. A damaged chunk is noted as such,
  /// and the error is NotFound.
  Task<Result<Bytes>> read_chunk(Reach reach, RecordingId id, Seq seq,
                                 Deadline deadline = usual_deadline());
  Task<Result<ChunkListing>> chunks(Reach reach, RecordingId id, PageWish wish,
                                    Deadline deadline = usual_deadline());
  /// All of it, in seq order: for what is made of a whole recording.
  Task<Result<std::vector<ChunkInfo>>> all_chunks(Reach reach, RecordingId id,
                                                  Deadline deadline = usual_deadline());

  /// The numbers of its undamaged chunks from `from` on, in order. None for an erased recording.
  Task<std::vector<std::int64_t>> seqs_from(RecordingId id, std::int64_t from);
  /// How these recordings stand. Those that do not exist are left out.
  Task<std::vector<Mark>> marks(std::vector<RecordingId> ids);

  /// The recording, with `missing_seqs` filled.
  Task<Result<Recording>> find(Reach reach, RecordingId id, Deadline deadline = usual_deadline());
  /// The user's recordings that are not erased, with the `missing_seqs` of those that ended with
  /// gaps. The cursor in `wish` must come from a list with the same filter and sort.
  Task<Page<Recording>> list(UserId owner, PageWish wish, RecordingFilter filter = {},
                             RecordingSort sort = RecordingSort::Newest,
                             Deadline deadline = usual_deadline());
  Task<RecordingTotals> totals(UserId owner, RecordingFilter filter,
                               Deadline deadline = usual_deadline());
  /// Gives the recording a name (session::given_title). Errors: NotFound, Gone.
  Task<Result<Recording>> rename(Reach reach, RecordingId id, std::string title,
                                 Deadline deadline = usual_deadline());
  /// State and reason of the recording; reads one row. Errors: NotFound, Gone.
  Task<Result<Standing>> standing(Reach reach, RecordingId id,
                                  Deadline deadline = usual_deadline());
  Task<StorageUse> storage(UserId owner, Deadline deadline = usual_deadline());

  /// Finishes the recording: names the last chunk (−1: there is no chunk) and the reason.
  /// Idempotent. Errors: Conflict `already-finished` (other values, unless the recording was only
  /// abandoned) or `chunk-beyond-last` (a later chunk is stored).
  Task<Result<Recording>> finish(Reach reach, RecordingId id, std::int64_t last_seq,
                                 session::RecordingEnd reason,
                                 Deadline deadline = usual_deadline());
  /// Removes rows and files for good, and the chat's title if it was made from words of this
  /// recording. A tombstone stays and refuses late chunks. Answers within kEraseWait plus the time
  /// that the disk takes. Idempotent; when the server is killed, `sweep` finishes the work. Errors:
  /// NotFound; Conflict `recording-held`.
  Task<Result<Erased>> erase(Reach reach, RecordingId id, Deadline deadline = usual_deadline());
  /// Marks every recording of a chat erased, inside the transaction that deletes the chat (a
  /// `write_freeing`). `remove_files` or the next sweep removes their files.
  std::vector<RecordingId> erase_in(database::Transaction& transaction, const Reach& reach,
                                    const ChatId& chat) const;
  /// Removes the files of erased recordings. A file that cannot be removed does not stop the
  /// others. Answers within kEraseWait plus the time that the disk takes for one recording; the
  /// next sweep removes what is left then.
  Task<Erased> remove_files(std::vector<RecordingId> ids);
  /// Whether a recording of the chat is held, so that the chat must stay.
  static bool is_held_in(database::Transaction& transaction, const Reach& reach,
                         const ChatId& chat);
  /// Says how long a recording is kept. Errors: NotFound, Gone; Unprocessable
  /// `retention-out-of-bounds`.
  Task<Result<Recording>> keep(Reach reach, RecordingId id, Keeping wish,
                               Deadline deadline = usual_deadline());

  /// Ends recordings, and live sessions without a recording, that nobody uses any more, erases
  /// recordings whose time is over, and removes what is left of erased ones. A second call at the
  /// same time does nothing.
  Task<void> sweep();
  /// Compares rows and objects. What was stored at or after `before_utc_ns` is never taken for
  /// wrong, since its other half may still be on its way. A second call at the same time is
  /// refused.
  Task<ReconcileReport> reconcile(Reconcile may, std::int64_t before_utc_ns);
  /// Moves all objects back from quarantine; a later reconcile puts those without a row aside
  /// again. Returns how many were moved.
  Task<std::int64_t> take_back_all();
  /// Why rows and objects seem not to belong together (for /readyz); empty while nothing says so.
  std::optional<std::string> mismatch() const;
  /// The jobs of its database: folds and erases.
  jobs::Jobs& jobs() { return jobs_; }
  /// The clock that was given to it.
  std::int64_t now_utc_ns() const { return options_.now_utc_ns(); }
  Moment moment() const {
    return {.now_utc_ns = options_.now_utc_ns(), .retention = options_.retention};
  }

  /// The row of the finished view; empty while there is none. Errors: NotFound, Gone. Reads one row
  /// by its key: every Range request for the media calls this.
  Task<Result<std::optional<ViewRow>>> find_view(Reach reach, RecordingId id,
                                                 Deadline deadline = usual_deadline());
  /// Stores the row of a view, if its version is higher than that of the stored one. Once the
  /// recording has ended, its first words become the title of a chat that has none yet. From then
  /// on the search finds `said`.
  Task<ViewStored> store_view(RecordingId id, ViewRow row, std::vector<search::Sentence> said = {});
  /// Makes the search find the words of a recording whose view is stored already.
  Task<void> store_said(RecordingId id, std::vector<search::Sentence> said);
  /// Makes the search find a chat by the title that its row has now, inside the transaction that
  /// changed it.
  void title_changed(database::Transaction& transaction, const ChatId& chat) const {
    options_.search->sync_title(transaction, chat);
  }
  /// Makes the search find every chat whose title it does not know yet; a batch at a time.
  Task<void> sync_titles();
  /// Recordings that have a view but are unknown to the search: the first `count_max` with an id
  /// greater than `after`, in the order of their ids.
  Task<std::vector<RecordingId>> unfilled(RecordingId after, std::int64_t count_max);
  /// One page of what the search finds of the user's. Only reads.
  Task<Page<search::Hit>> find_words(UserId owner, search::Query query, PageWish wish,
                                     Deadline deadline = usual_deadline());
  /// Adds the hash of one file of the stored view, if the view is still of this version.
  Task<void> note_view_hash(RecordingId id, std::int64_t version, ViewFileRow file,
                            Deadline deadline = usual_deadline());
  /// Ended recordings whose view is absent, of another fold version, or made from fewer chunks.
  /// Oldest first.
  Task<std::vector<RecordingId>> without_view(std::int64_t fold_version,
                                              Deadline deadline = usual_deadline());

 private:
  enum class Why { Asked, Expired };
  Task<Result<Erased>> erase(Reach reach, RecordingId id, Why why, Deadline deadline);
  Status may_erase(database::Transaction& transaction, const RecordingId& id, Why why) const;
  Task<void> erase_expired();
  void sync_title_of(database::Transaction& transaction, const RecordingId& id) const;
  struct Checked;  // a chunk that was found to be well formed, with its digests
  Task<Result<Checked>> check(const ExpectedDigest& expected, Bytes bytes);
  Task<Result<ChunkInfo>> store(ChunkWish wish, Checked checked, Deadline deadline);
  std::array<database::Statement, 2> row_of(const NewChunk& chunk) const;
  static std::array<database::Statement, 2> mend_row_of(const ChunkWish& wish);
  std::vector<Result<ChunkInfo>> store_rows(database::Transaction& transaction,
                                            const std::vector<const NewChunk*>& group) const;
  void want_packs(database::Transaction& transaction, const RecordingId& id) const;
  Task<void> note_damage(RecordingId id, Seq seq, std::string object, std::string what);
  Task<bool> remove_files_of(RecordingId id, Deadline use, Deadline store);
  Task<bool> forget(std::vector<RecordingId> removed, Deadline deadline);
  bool forget_job(database::Transaction& transaction, const RecordingId& id) const;
  Task<void> remove_erased();
  Task<void> end_abandoned();
  struct Look;  // what one comparison has found
  Task<std::vector<std::string>> ids_in_store();
  Task<std::vector<std::string>> known_ids(Look& look);
  Task<void> look_at(std::string id, Look& look);
  Task<void> heal(RecordingId id, Look& look);
  Task<void> remove_quarantined_of_erased(Look& look);
  Task<void> remove_views_of_erased(Look& look);
  Task<void> put_aside(std::vector<blob::BlobKey> unknown, ReconcileReport& report);
  void note_mismatch(std::optional<std::string> why);
  /// Throws StoreFailed while it is not known whether an absent object is damage.
  void refuse_to_guess() const;

  database::Database& database_;
  blob::BlobStore& blobs_;
  BlockingPool& pool_;
  const ArchiveOptions options_;
  jobs::Jobs jobs_;
  const std::unique_ptr<ChunkRows> rows_;
  ArchiveListener* listener_ = nullptr;
  QuietWatch quiet_recordings_;  // in `sweep` only
  QuietWatch quiet_sessions_;    // likewise
  std::atomic<bool> sweeping_{false};
  std::atomic<bool> reconciling_{false};
  std::atomic<bool> looked_{false};  // rows and objects have been compared once
  mutable std::mutex mismatch_mutex_;
  std::optional<std::string> mismatch_;
};

}  // namespace reprise::archive
