#pragma once

// The one module that stores and reads recordings. The recording feature writes it, playback reads
// it, chat erases it.

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
#include "domain/recording/format/chunk.hpp"
#include "domain/session/session.hpp"
#include "platform/archive/quiet_watch.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"
#include "platform/search/search_index.hpp"

namespace reprise::archive {

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
  /// What titles and words are found by; lives as long as the program.
  const search::SearchIndex* search = &search::sqlite_search_index();
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
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
  std::vector<ChunkInfo> chunks;  ///< in seq order
  std::optional<std::int64_t> last_seq;
};

struct Standing {
  session::RecordingState state = session::RecordingState::Recording;
  std::optional<session::RecordingEnd> reason;  ///< none while it runs
};

/// What a file of a view must be.
struct ViewFileRow {
  std::string name;
  std::int64_t bytes = 0;
  std::string sha256_hex;  ///< empty: only the size is known
  friend bool operator==(const ViewFileRow&, const ViewFileRow&) = default;
};

/// The row of a finished view; its files are the playback feature's.
struct ViewRow {
  std::int64_t version = 1;
  std::int64_t fold_version = 0;
  std::int64_t chunk_count = 0;  ///< that went into it
  std::int64_t duration_ns = 0;
  std::string first_words;
  std::int64_t media_bytes = 0;
  bool has_video = false;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string seam = {};  ///< recording::row_seam
  bool has_thumbnail = false;
  session::MissingTime missing = {};
  std::vector<ViewFileRow> files = {};  ///< by name
  friend bool operator==(const ViewRow&, const ViewRow&) = default;
};

/// A chunk with what it says, which points into its bytes. Immutable.
struct StoredChunk {
  Bytes bytes;
  recording::Chunk content;
};

/// An upload whose row was looked at, before its bytes come.
struct ChunkWish {
  RecordingId id;
  Seq seq;
  ExpectedDigest expected;
  std::optional<ChunkInfo> stored;  ///< it is there already, with these bytes …
  bool damaged = false;             ///< … but not on the disk
};

/// Hears what has been committed. Called on the thread that did it; must not block or throw.
class ArchiveListener {
 public:
  virtual ~ArchiveListener() = default;
  /// `chunk` is what was stored: nobody need read, hash and parse it again.
  virtual void on_chunk_stored(const RecordingId& id, Seq seq,
                               std::shared_ptr<const StoredChunk> chunk) = 0;
  /// Finished, abandoned, or finished anew after that.
  virtual void on_ended(const RecordingId& id) = 0;
  /// Removes what was made of the recording. False: somebody still uses it at the deadline; to be
  /// asked again. May throw when the files will not go.
  virtual Task<bool> on_erased(RecordingId id, Deadline deadline) = 0;
};

/// How far an erase came before it answered. Either way nothing can be read any more.
enum class Erased {
  Whole,        ///< nothing is left but the tombstone
  FilesFollow,  ///< some files are in use or would not go: `sweep` tries again until they do
};

struct StorageUse {
  std::uint64_t used_bytes = 0;
  std::uint64_t free_bytes = 0;
  std::int64_t recordings = 0;
};

/// Which recordings a list holds; what is not set does not matter.
struct RecordingFilter {
  std::optional<ChatId> chat = std::nullopt;
  std::optional<session::RecordingState> state = std::nullopt;
  std::optional<std::int64_t> from_utc_ns = std::nullopt;    ///< begun then or later
  std::optional<std::int64_t> before_utc_ns = std::nullopt;  ///< begun before
  std::optional<std::string> model = std::nullopt;
};
enum class RecordingSort { Newest, Oldest, Longest };
BOOST_DESCRIBE_ENUM(RecordingSort, Newest, Oldest, Longest)

/// Of all recordings that a filter lets through.
struct RecordingTotals {
  std::int64_t recordings = 0;
  std::int64_t duration_ns = 0;
  std::int64_t bytes = 0;           ///< chunks and view media
  std::vector<std::string> models;  ///< of all that are there, whatever the filter says about them
};

struct ReconcileReport {
  std::int64_t chunks_seen = 0;
  std::int64_t chunks_lacking = 0;  ///< a row whose object is absent or of another size
  std::int64_t chunks_healed = 0;   ///< noted as damaged once, and right again
  std::int64_t objects_seen = 0;
  std::int64_t objects_unknown = 0;     ///< without a row: never acknowledged, or another database
  std::int64_t objects_put_aside = 0;   ///< of these
  std::int64_t objects_taken_back = 0;  ///< from quarantine, because a row names them
  std::int64_t skipped = 0;             ///< recordings that could not be looked at
  /// Set when so much differs that the wrong disk or database is likelier than damage. Nothing was
  /// noted or moved then.
  std::optional<std::string> refused;
};

/// What `reconcile` may do about what it finds.
enum class Reconcile {
  Look,      ///< note and clear damage, take back; move nothing away
  PutAside,  ///< and quarantine objects without a row
  Accept,    ///< the same, however much differs: somebody said that it is right so
};

/// An erase answers after this long, whoever still uses the files: within the second that a person
/// waits.
inline constexpr std::chrono::milliseconds kEraseWait{800};

/// Any thread. The database, the store, the pool and the listener outlive it. Outages are
/// exceptions; what callers branch on are errors: NotFound (never existed), Gone
/// `recording-erased`, and those named below.
class Archive {
 public:
  Archive(database::Database& database, blob::BlobStore& blobs, BlockingPool& pool,
          ArchiveOptions options);
  /// Before the first request; at most one.
  void listen(ArchiveListener& listener) { listener_ = &listener; }

  /// When a new recording must be refused: StorageFull `disk-full`, or Unavailable while rows and
  /// objects do not belong together.
  Status may_begin() const;
  /// Adds an empty recording, inside the transaction that makes its live session.
  void begin(database::Transaction& transaction, const RecordingId& id,
             const LiveSessionId& live_session, const ChatId& chat) const;

  /// Stores one sealed chunk. On return its bytes, its directory and its row are durable; a repeat
  /// answers the same. Errors: Conflict `chunk-conflict` (other bytes) or `chunk-beyond-last`;
  /// Unprocessable `chunk-digest-mismatch` or `chunk-malformed`; TooLarge; StorageFull `disk-full`.
  /// A refused chunk leaves nothing behind.
  Task<Result<ChunkInfo>> put_chunk(RecordingId id, Seq seq, ExpectedDigest expected, Bytes bytes);
  /// The same in two steps, so that what will be refused need not be received: the first one gives
  /// the errors that the row alone tells.
  Task<Result<ChunkWish>> admit_chunk(RecordingId id, Seq seq, ExpectedDigest expected);
  Task<Result<ChunkInfo>> put_chunk(ChunkWish wish, Bytes bytes);
  /// The bytes as they came, checked against their hash; a damaged chunk is noted and NotFound.
  Task<Result<Bytes>> read_chunk(RecordingId id, Seq seq);
  Task<Result<ChunkListing>> chunks(RecordingId id);

  /// With `missing_seqs`.
  Task<Result<Recording>> find(RecordingId id);
  /// Without the erased ones; `missing_seqs` of those that ended with gaps. `wish` is of a list
  /// with the same filter and sort.
  Task<Page<Recording>> list(PageWish wish, RecordingFilter filter = {},
                             RecordingSort sort = RecordingSort::Newest);
  Task<RecordingTotals> totals(RecordingFilter filter);
  /// Gives it a name (session::given_title). Errors: NotFound, Gone.
  Task<Result<Recording>> rename(RecordingId id, std::string title);
  /// How it stands, by one look at its row. Errors: NotFound, Gone.
  Task<Result<Standing>> standing(RecordingId id);
  Task<StorageUse> storage();

  /// Names the last chunk (−1: none) and the reason. Idempotent. Errors: Conflict
  /// `already-finished` (other values, unless it was only abandoned) or `chunk-beyond-last` (a
  /// later chunk is stored).
  Task<Result<Recording>> finish(RecordingId id, std::int64_t last_seq,
                                 session::RecordingEnd reason);
  /// Removes rows and files for good, the title that its words gave to the chat included; the
  /// tombstone refuses late chunks. Answers within kEraseWait and what the disk takes. Idempotent;
  /// converges when killed (`sweep`). Errors: NotFound.
  Task<Result<Erased>> erase(RecordingId id);
  /// Marks every recording of a chat erased, inside the transaction that deletes the chat (a
  /// `write_freeing`). Their files go with `remove_files`, or with the next sweep.
  std::vector<RecordingId> erase_in(database::Transaction& transaction, const ChatId& chat) const;
  /// Removes the files of erased recordings. What will not go stops nobody else's.
  Task<Erased> remove_files(std::vector<RecordingId> ids);

  /// Ends recordings (and live sessions without one) that nobody uses any more, and removes what is
  /// left of erased ones. One at a time.
  Task<void> sweep();
  /// Compares rows and objects. Objects older than `before_utc_ns` are looked at, and rows. One at
  /// a time: another one at the same time is refused.
  Task<ReconcileReport> reconcile(Reconcile may, std::int64_t before_utc_ns);
  /// Takes all objects back from quarantine (those without a row go there again in time). Returns
  /// how many came.
  Task<std::int64_t> take_back_all();
  /// None while rows and objects belong together, as far as is known; else why not (for /readyz).
  std::optional<std::string> mismatch() const;

  /// None while there is no finished view. Errors: NotFound, Gone. One look by key: each Range of
  /// the media comes here.
  Task<Result<std::optional<ViewRow>>> find_view(RecordingId id);
  /// False when the recording was erased meanwhile. Once it has ended, its first words become the
  /// title of a chat that has none yet. `said` is found by the search from then on.
  Task<bool> store_view(RecordingId id, ViewRow row, std::vector<search::Sentence> said = {});
  /// What the search finds of a recording whose view is stored already.
  Task<void> store_said(RecordingId id, std::vector<search::Sentence> said);
  /// Makes the search find a chat by the title that its row has now, inside the transaction that
  /// changed it.
  void title_changed(database::Transaction& transaction, const ChatId& chat) const {
    options_.search->sync_title(transaction, chat);
  }
  /// The same for every chat whose title came in another way, some at a time.
  Task<void> sync_titles();
  /// Recordings with a view that the search does not know, behind `after` in the order of their
  /// ids; at most `count_max`.
  Task<std::vector<RecordingId>> unfilled(RecordingId after, std::int64_t count_max);
  /// What is found. Errors: none. Reads only.
  Task<Page<search::Hit>> find_words(search::Query query, PageWish wish);
  /// Adds the hash of one file of the view that is stored, if it is still this version.
  Task<void> note_view_hash(RecordingId id, std::int64_t version, ViewFileRow file);
  /// Ended recordings whose view is absent, of another fold version, or made from fewer chunks.
  /// Oldest first.
  Task<std::vector<RecordingId>> without_view(std::int64_t fold_version);

 private:
  void sync_title_of(database::Transaction& transaction, const RecordingId& id) const;
  struct Checked;  // a chunk that was found to be well formed, with its digests
  Task<Result<Checked>> check(const ExpectedDigest& expected, Bytes bytes);
  Task<Result<ChunkInfo>> store(RecordingId id, Seq seq, Checked checked);
  Task<void> note_damage(RecordingId id, Seq seq, std::string what);
  Task<bool> remove_files_of(RecordingId id, Deadline deadline);
  Task<void> remove_erased();
  Task<void> end_abandoned();
  struct Look;  // what one comparison has found
  Task<std::vector<std::string>> known_ids(Look& look);
  Task<void> look_at(std::string id, Look& look);
  Task<void> heal(RecordingId id, Look& look);
  Task<void> remove_quarantined_of_erased(Look& look);
  void note_mismatch(std::optional<std::string> why);
  /// Throws StoreFailed while it is not known whether an absent object is damage.
  void refuse_to_guess() const;

  database::Database& database_;
  blob::BlobStore& blobs_;
  BlockingPool& pool_;
  const ArchiveOptions options_;
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
