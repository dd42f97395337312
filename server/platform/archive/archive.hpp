#pragma once

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
#include "platform/archive/parts.hpp"
#include "platform/archive/quiet_watch.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

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

class ChunkRows;
struct NewChunk;

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

/// What `reconcile` may do about what it finds.
enum class Reconcile {
  Look,  ///< note and clear damage, take objects back from quarantine; move nothing away
  /// The same, and move objects without a row to quarantine. In a bucket they stay where they are:
  /// another node may be about to write their rows.
  PutAside,
  Accept,  ///< the same, however much differs: the operator says that disk and database are right
};

/// Stores and reads recordings: ingest writes them, playback reads them, chat erases them; each is
/// given the parts that it needs (parts.hpp). The database, the store, the pool and the listener
/// outlive it.
class Archive final : public Common,
                      public Room,
                      public Uploads,
                      public Contents,
                      public Recordings,
                      public Erasures,
                      public ViewRows,
                      public Words {
 public:
  Archive(database::Database& database, blob::BlobStore& blobs, BlockingPool& pool,
          ArchiveOptions options);
  ~Archive() override;
  /// Call it before the first request, at most once.
  void listen(ArchiveListener& listener) { listener_ = &listener; }
  /// Adds an empty recording, inside the transaction that makes its live session.
  void begin(database::Transaction& transaction, const UserId& owner, const RecordingId& id,
             const LiveSessionId& live_session, const ChatId& chat) const;
  /// Both steps of an upload.
  Task<Result<ChunkInfo>> put_chunk(Reach reach, RecordingId id, Seq seq, ExpectedDigest expected,
                                    Bytes bytes, Deadline deadline = usual_deadline());

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
  /// Makes the search find every chat whose title it does not know yet, and every message, a batch
  /// at a time; and removes what removed messages left behind in its files.
  Task<void> tidy_search();

  jobs::Jobs& jobs() override { return jobs_; }
  std::int64_t now_utc_ns() const override { return options_.now_utc_ns(); }
  Moment moment() const override {
    return {.now_utc_ns = options_.now_utc_ns(), .retention = options_.retention};
  }

  Status may_begin() const override;
  Task<StorageUse> storage(UserId owner, Deadline deadline = usual_deadline()) override;

  Task<Result<ChunkWish>> admit_chunk(Reach reach, RecordingId id, Seq seq, ExpectedDigest expected,
                                      Deadline deadline = usual_deadline()) override;
  Task<Result<ChunkInfo>> put_chunk(ChunkWish wish, Bytes bytes,
                                    Deadline deadline = usual_deadline()) override;
  Task<Result<ChunkListing>> chunks(Reach reach, RecordingId id, PageWish wish,
                                    Deadline deadline = usual_deadline()) override;
  Task<Result<Recording>> finish(Reach reach, RecordingId id, std::int64_t last_seq,
                                 session::RecordingEnd reason,
                                 Deadline deadline = usual_deadline()) override;

  Task<Result<Standing>> standing(Reach reach, RecordingId id,
                                  Deadline deadline = usual_deadline()) override;
  Task<Result<std::vector<ChunkInfo>>> all_chunks(Reach reach, RecordingId id,
                                                  Deadline deadline = usual_deadline()) override;
  Task<std::vector<std::int64_t>> seqs_from(RecordingId id, std::int64_t from) override;
  Task<Result<Bytes>> read_chunk(Reach reach, RecordingId id, Seq seq,
                                 Deadline deadline = usual_deadline()) override;

  Task<Result<Recording>> find(Reach reach, RecordingId id,
                               Deadline deadline = usual_deadline()) override;
  Task<Page<Recording>> list(UserId owner, PageWish wish, RecordingFilter filter = {},
                             RecordingSort sort = RecordingSort::Newest,
                             Deadline deadline = usual_deadline()) override;
  Task<RecordingTotals> totals(UserId owner, RecordingFilter filter,
                               Deadline deadline = usual_deadline()) override;
  Task<Result<Recording>> rename(Reach reach, RecordingId id, std::string title,
                                 Deadline deadline = usual_deadline()) override;
  Task<Result<Recording>> keep(Reach reach, RecordingId id, Keeping wish,
                               Deadline deadline = usual_deadline()) override;

  Task<Result<Erased>> erase(Reach reach, RecordingId id,
                             Deadline deadline = usual_deadline()) override;
  std::vector<RecordingId> erase_in(database::Transaction& transaction, const Reach& reach,
                                    const ChatId& chat) const override;
  Task<Erased> remove_files(std::vector<RecordingId> ids) override;
  bool is_held_in(database::Transaction& transaction, const Reach& reach,
                  const ChatId& chat) const override;

  Task<Result<std::optional<ViewRow>>> find_view(Reach reach, RecordingId id,
                                                 Deadline deadline = usual_deadline()) override;
  Task<ViewStored> store_view(RecordingId id, ViewRow row, std::vector<search::Sentence> said = {},
                              std::string measures = {}) override;
  Task<void> note_view_hash(RecordingId id, std::int64_t version, ViewFileRow file,
                            Deadline deadline = usual_deadline()) override;
  Task<std::vector<RecordingId>> without_view(std::int64_t fold_version,
                                              Deadline deadline = usual_deadline()) override;
  Task<std::vector<Mark>> marks(std::vector<RecordingId> ids) override;
  Task<void> store_said(RecordingId id, std::vector<search::Sentence> said) override;
  Task<std::vector<RecordingId>> unfilled(RecordingId after, std::int64_t count_max) override;

  Task<Page<search::Hit>> find_words(UserId owner, search::Query query, PageWish wish,
                                     Deadline deadline = usual_deadline()) override;
  void title_changed(database::Transaction& transaction, const ChatId& chat) const override {
    options_.search->sync_title(transaction, chat);
  }
  void message_changed(database::Transaction& transaction,
                       const std::string& message_id) const override {
    options_.search->sync_message(transaction, message_id);
  }

 private:
  enum class Why { Asked, Expired };
  Task<Result<Erased>> erase(Reach reach, RecordingId id, Why why, Deadline deadline);
  Status may_erase(database::Transaction& transaction, const RecordingId& id, Why why) const;
  Task<void> erase_expired();
  Task<void> note_without_view(std::int64_t fold_version, Deadline deadline);
  static void note_view_made(database::Transaction& transaction, const RecordingId& id,
                             std::int64_t fold_version);
  void sync_title_of(database::Transaction& transaction, const RecordingId& id) const;
  struct Checked;  // a chunk that was found to be well formed, with its digests
  Task<Result<Checked>> check(const ExpectedDigest& expected, Bytes bytes);
  Task<Result<ChunkInfo>> store(ChunkWish wish, Checked checked, Deadline deadline);
  std::array<database::Statement, 2> row_of(const NewChunk& chunk) const;
  static std::array<database::Statement, 3> mend_row_of(const ChunkWish& wish);
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
  /// The fold version whose views were looked for among all recordings; 0: they were not yet.
  std::atomic<std::int64_t> looked_for_views_of_{0};
  // The search knows those that were there before.
  std::atomic<bool> titles_synced_{false};
  std::atomic<bool> messages_synced_{false};
  std::atomic<bool> looked_{false};  // rows and objects have been compared once
  mutable std::mutex mismatch_mutex_;
  std::optional<std::string> mismatch_;
};

}  // namespace reprise::archive
