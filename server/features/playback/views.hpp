#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "features/playback/media_cache.hpp"
#include "features/playback/view_files.hpp"
#include "platform/archive/archive.hpp"

namespace reprise::playback {

/// Changes whenever the fold or the writer would make other bytes from the same chunks: stored
/// views are then made anew.
inline constexpr std::int64_t kFoldVersion = 6;
/// Recordings folded at once; further ones are folded when they end.
inline constexpr std::size_t kBuildersMax = 256;
/// Chunks that wait for their fold in memory, of all recordings; those beyond are read again from
/// the archive when their turn comes.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{32} << 20;
/// A running recording without a chunk for this long leaves memory; it is folded anew when it goes
/// on or ends.
inline constexpr std::chrono::seconds kIdleFold{120};

/// A still picture of a finished view.
struct StillFile {
  std::filesystem::path path;
  std::int64_t version = 0;
  std::int64_t bytes = 0;
};

/// Folds recordings while their chunks arrive, so that at hang-up only the end of the view media is
/// left to write, and keeps finished views. All of it is a cache of the archive: anything lost is
/// folded anew from the chunks. Any thread, unless said otherwise; the archive and the pools
/// outlive it. `folds` is for nothing else: who waits there waits for slices of other folds.
/// `reads` is for what somebody is waiting for. `executor` is of one thread.
class Views final : public archive::ArchiveListener {
 public:
  Views(archive::Archive& archive, std::filesystem::path root, BlockingPool& folds,
        BlockingPool& reads, const boost::asio::any_io_executor& executor);
  ~Views() override;

  void on_chunk_stored(const session::RecordingId& id, session::Seq seq,
                       std::shared_ptr<const archive::StoredChunk> chunk) override;
  void on_ended(const session::RecordingId& id) override;
  Task<bool> on_erased(session::RecordingId id, Deadline deadline) override;

  /// The newest finished view; without one, or when its files are not what its row says, what is
  /// known so far while it is made anew. The recording exists.
  Task<ViewTexts> texts(session::RecordingId id);
  /// Whether the finished view holds all chunks that are stored, folded by this version. Ask it
  /// before `texts`: they are never older than the answer.
  Task<bool> is_current(const session::Recording& recording);
  /// None while there is no finished view that is whole; it is being made then. Errors: NotFound,
  /// Gone.
  Task<Result<std::optional<MediaFile>>> media(session::RecordingId id);
  /// A still picture (names of view_files.hpp) of the newest finished view. None while there is no
  /// finished view, or when the file is not what its row says: it is being made then. Errors:
  /// NotFound `no-picture` when the recording has no picture; NotFound, Gone.
  Task<Result<std::optional<StillFile>>> still(session::RecordingId id, std::string name);
  /// Where `version` lies, when it is still kept. Blocks: only in a pool.
  std::optional<MediaFile> old_media(const session::RecordingId& id, std::int64_t version) const;

  /// Makes the views that are absent or of another fold version, one at a time. On `executor`.
  Task<void> resume();
  /// Makes the search find what was said in recordings that it does not know yet, one at a time.
  Task<void> fill_search();
  /// Stops all folds. On `executor`.
  Task<void> close(Deadline deadline);

 private:
  struct Builder;
  using BuilderPtr =
      std::shared_ptr<Builder>;  // owned by its coroutine, the map, and those who look at it

  BuilderPtr find(const session::RecordingId& id) const;
  /// On `executor`. Null when there are too many, or when closing.
  BuilderPtr ensure(const session::RecordingId& id);
  BuilderPtr wake(const session::RecordingId& id);
  void take(const session::RecordingId& id, session::Seq seq,
            const std::shared_ptr<const archive::StoredChunk>& chunk);
  Task<void> run(BuilderPtr builder);
  Task<bool> build_once(BuilderPtr builder);
  Task<bool> follow(BuilderPtr builder);
  Task<void> wait(BuilderPtr builder, std::optional<std::chrono::steady_clock::time_point> until);
  void begin_fold(Builder& builder, const archive::StoredChunk* chunk, std::int64_t seq) const;
  Task<void> fold_chunk(BuilderPtr builder, std::int64_t seq);
  Task<std::shared_ptr<const archive::StoredChunk>> chunk_of(BuilderPtr builder, std::int64_t seq);
  Task<void> work(BuilderPtr builder, std::shared_ptr<const archive::StoredChunk> chunk,
                  std::int64_t seq);
  Task<void> show(BuilderPtr builder);
  Task<std::shared_ptr<const recording::View>> growing(session::RecordingId id);
  void write_view(Builder& builder, archive::ViewRow& row) const;
  Task<void> publish(BuilderPtr builder);
  Task<bool> erase(session::RecordingId id, Deadline deadline);
  Task<void> clean_up(BuilderPtr builder);
  Task<void> note_media_hash(session::RecordingId id, std::int64_t version);

  archive::Archive& archive_;
  ViewFiles files_;
  BlockingPool& folds_;
  BlockingPool& reads_;
  boost::asio::any_io_executor executor_;
  MediaCache newest_;
  TaskGroup tasks_;
  bool closing_ = false;           // on executor_
  std::size_t waiting_bytes_ = 0;  // on executor_; of chunks that wait for their fold
  mutable std::mutex mutex_;       // guards builders_
  std::map<std::string, BuilderPtr> builders_;
};

}  // namespace reprise::playback
