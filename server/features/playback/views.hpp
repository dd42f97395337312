#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "domain/recording/view/view_row.hpp"
#include "features/playback/followers.hpp"
#include "features/playback/media_cache.hpp"
#include "features/playback/steady_now.hpp"
#include "features/playback/view_files.hpp"
#include "features/playback/view_objects.hpp"
#include "platform/archive/parts.hpp"

namespace reprise::playback {

using recording::kFoldVersion;

/// How many recordings are folded while they run; further ones are folded when they end.
inline constexpr std::size_t kBuildersMax = 256;
/// Bytes of chunks, over all recordings, that may wait in memory for their fold. Further chunks are
/// read from the archive again when they are needed.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{32} << 20;
/// The fold of a running recording is dropped from memory when no chunk has come for this long. It
/// is made again when the recording continues or ends.
inline constexpr std::chrono::seconds kIdleFold{120};

/// A still picture of a finished view.
struct StillFile {
  std::filesystem::path path;  ///< on the local disk; empty: see `object`
  std::string object = {};     ///< the key in the bucket
  std::int64_t version = 0;
  std::int64_t bytes = 0;
};

/// Folds recordings while their chunks arrive, so that at hang-up only the end of the view media
/// remains to be written, and keeps finished views. Everything here is a cache of the archive: what
/// is lost is folded again from the chunks. Any thread, unless said otherwise. The archive and the
/// pools outlive it. `folds` must have no other work, because work there waits for slices of all
/// folds. `reads` is for work that a request waits for. `executor` must have one thread.
/// With `objects`, finished views are stored there, and the files under `root` are only scratch.
class Views final : public archive::ArchiveListener {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Contents, archive::ViewRows, archive::Common>;

  Views(Asks archive, std::filesystem::path root, BlockingPool& folds, BlockingPool& reads,
        const boost::asio::any_io_executor& executor,
        SteadyNow now = std::chrono::steady_clock::now, ViewObjects* objects = nullptr);
  ~Views() override;

  void on_chunk_stored(const session::RecordingId& id, session::Seq seq,
                       std::shared_ptr<const archive::StoredChunk> chunk) override;
  void on_ended(const session::RecordingId& id) override;
  Task<bool> on_erased(session::RecordingId id, Deadline deadline) override;

  /// The texts of the newest finished view. Without one, or when its files differ from its row, the
  /// texts of what is folded so far while the view is made again; with several nodes each of them
  /// has these. Of a recording that does not exist or is out of reach: the texts of an empty one.
  Task<ViewTexts> texts(access::Reach reach, session::RecordingId id);
  /// Whether the finished view was made by this fold version from all chunks that are stored, and
  /// `media`, which were asked for before, are those of this view. Ask before calling `texts`: the
  /// texts are never older than this answer.
  Task<bool> is_current(const session::Recording& recording, const std::optional<MediaFile>& media);
  /// Empty while there is no finished view with undamaged files; then the view is being made.
  /// Errors: NotFound, Gone.
  Task<Result<std::optional<MediaFile>>> media(access::Reach reach, session::RecordingId id);
  /// A still picture (names of view_files.hpp) of the newest finished view. Empty while there is no
  /// finished view, or when the file differs from its row; then the view is being made. Errors:
  /// NotFound `no-picture` when the recording has no picture; NotFound, Gone.
  Task<Result<std::optional<StillFile>>> still(access::Reach reach, session::RecordingId id,
                                               std::string name);
  /// The media of `version`, if they are still kept.
  Task<std::optional<MediaFile>> old_media(access::Reach reach, session::RecordingId id,
                                           std::int64_t version);
  /// Where views are objects of a bucket; null when they are files.
  ViewObjects* objects() const { return objects_; }

  /// Makes the views that are absent or of another fold version, one after the other. On
  /// `executor`. One whose fold failed before is left out until its job is due again.
  Task<void> resume();
  /// With several nodes: learns what others have stored, ended and erased, gives up folds that they
  /// have taken over, and takes over those of nodes that died; follows no recording any more that
  /// nobody asks for. Call it once a second. On
  /// `executor`.
  Task<void> look_around();
  /// Another node has told something about a recording (Jobs::tell): `fold ID`, a chunk or its end
  /// was stored; `erased ID`. Saves the wait for the next look. Any thread.
  void on_told(const std::string& words);
  /// With several nodes: removes what this one keeps of recordings that another one has erased.
  Task<void> drop_erased();
  /// Makes the search find the words of recordings that it does not know yet, one after the other.
  Task<void> fill_search();
  /// Stops all folds. On `executor`.
  Task<void> close(Deadline deadline);

 private:
  struct Builder;
  using BuilderPtr = std::shared_ptr<Builder>;  // owned by its coroutine, the map, and its users

  BuilderPtr find(const session::RecordingId& id) const;
  /// On `executor`. Null when there are too many builders, or while closing.
  BuilderPtr ensure(const session::RecordingId& id, jobs::Wish wish);
  BuilderPtr wake(const session::RecordingId& id, jobs::Wish wish);
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
  Task<bool> publish(BuilderPtr builder);
  Task<bool> erase(session::RecordingId id, Deadline deadline);
  Task<void> clean_up(BuilderPtr builder);
  Task<void> let_go(BuilderPtr builder, std::exception_ptr failed);
  Task<Result<ViewTexts>> read_texts(session::RecordingId id, archive::ViewRow row);
  Task<bool> is_whole(session::RecordingId id, archive::ViewRow row);
  Task<void> store_objects(session::RecordingId id, archive::ViewRow& row);
  jobs::Jobs& jobs() const { return archive_.part<archive::Common>().jobs(); }
  bool is_shared() const { return jobs().nodes() == jobs::Nodes::Several; }
  void wake_changed(const archive::Mark& mark);
  Task<void> drop_if_erased(session::RecordingId id);
  Task<void> learn_chunks(BuilderPtr builder);
  Task<void> note_media_hash(session::RecordingId id, std::int64_t version);

  const SteadyNow now_;
  const Asks archive_;
  ViewFiles files_;
  BlockingPool& folds_;
  BlockingPool& reads_;
  boost::asio::any_io_executor executor_;
  ViewObjects* const objects_;
  MediaCache newest_;
  Followers followers_;  // on executor_
  TaskGroup tasks_;
  bool closing_ = false;           // on executor_
  std::size_t waiting_bytes_ = 0;  // used on executor_; bytes of chunks that wait for their fold
  mutable std::mutex mutex_;       // guards builders_
  std::map<std::string, BuilderPtr> builders_;
};

}  // namespace reprise::playback
