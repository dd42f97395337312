#include "features/playback/views.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "features/playback/views_builder.hpp"

namespace reprise::playback {

namespace asio = boost::asio;
using access::Reach;
using session::RecordingId;
using session::Seq;

namespace {

/// How often to check whether a builder has ended.
constexpr std::chrono::milliseconds kEndedAgain{10};
/// A request for a growing view waits at most this long for the slice that is being folded. After
/// that it gets the last look.
constexpr std::chrono::milliseconds kShowWait{500};

}  // namespace

Views::Views(Asks archive, std::filesystem::path root, BlockingPool& folds, BlockingPool& reads,
             const asio::any_io_executor& executor, SteadyNow now, ViewObjects* objects)
    : now_(std::move(now)),
      archive_(archive),
      files_(std::move(root)),
      folds_(folds),
      reads_(reads),
      executor_(executor),
      objects_(objects),
      followers_(archive, folds, executor, now_),
      tasks_(executor) {}

Views::~Views() = default;

void Views::on_chunk_stored(const RecordingId& id, Seq seq,
                            std::shared_ptr<const archive::StoredChunk> chunk) {
  asio::post(executor_, [this, id, seq, chunk = std::move(chunk)] { take(id, seq, chunk); });
}

void Views::on_ended(const RecordingId& id) {
  asio::post(executor_, [this, id] { wake(id, jobs::Wish::Now); });
}

Task<bool> Views::on_erased(RecordingId id, Deadline deadline) {
  newest_.forget();
  co_return co_await asio::co_spawn(executor_, erase(std::move(id), deadline), asio::use_awaitable);
}

Views::BuilderPtr Views::find(const RecordingId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = builders_.find(id.value);
  return found == builders_.end() ? nullptr : found->second;
}

Views::BuilderPtr Views::ensure(const RecordingId& id, jobs::Wish wish) {
  if (auto found = find(id)) return found;
  if (closing_) return nullptr;
  const std::lock_guard lock(mutex_);
  if (builders_.size() >= kBuildersMax) return nullptr;
  auto builder = std::make_shared<Builder>(id, wish, executor_);
  builders_.emplace(id.value, builder);
  tasks_.spawn("view", run(builder));
  return builder;
}

Views::BuilderPtr Views::wake(const RecordingId& id, jobs::Wish wish) {
  BuilderPtr builder = ensure(id, wish);
  if (!builder) return nullptr;  // `resume` makes the view once the recording has ended
  builder->signalled = true;
  builder->woken = true;
  if (wish == jobs::Wish::Now) builder->asked_now = true;
  builder->timer.cancel();
  return builder;
}

void Views::take(const RecordingId& id, Seq seq,
                 const std::shared_ptr<const archive::StoredChunk>& chunk) {
  const BuilderPtr builder = wake(id, jobs::Wish::Now);
  if (!builder) return;
  builder->arrived.push_back(seq.value);
  const std::size_t size = chunk->bytes.size();
  if (waiting_bytes_ + size > kWaitingBytesMax) return;
  const bool added = builder->waiting.try_emplace(seq.value, chunk).second;
  if (added) waiting_bytes_ += size;
}

Task<bool> Views::erase(RecordingId id, Deadline deadline) {
  followers_.forget(id);
  if (const BuilderPtr builder = find(id)) {
    builder->stopping = true;
    builder->signalled = true;
    builder->timer.cancel();
    while (find(id) == builder && !deadline.passed()) {
      // A timer of its own: several callers may wait, each with its own deadline.
      co_await sleep_for(kEndedAgain);
    }
    if (find(id) == builder) co_return false;
  }
  co_await reads_.run([this, &id] { files_.remove_all(id); });
  if (objects_ != nullptr) co_await objects_->remove_all(id, deadline);
  co_return true;
}

/// Called after the view is published. Reading the media before that would delay the first player.
Task<void> Views::note_media_hash(RecordingId id, std::int64_t version) {
  auto file = co_await reads_.run([this, &id, version] { return files_.hash_media(id, version); });
  co_await archive_.part<archive::ViewRows>().note_view_hash(id, version, std::move(file));
}

Task<ViewTexts> Views::texts(Reach reach, RecordingId id) {
  std::shared_ptr<const recording::View> look;
  // Two rounds, since a growing view may just have been finished.
  for (int round = 0; round < 2 && !look; ++round) {
    const auto found = co_await archive_.part<archive::ViewRows>().find_view(reach, id);
    if (!found) break;
    if (*found) {
      const archive::ViewRow& row = **found;
      auto kept = co_await read_texts(id, row);
      if (kept) co_return *std::move(kept);
    }
    // Not cancelled together with the caller, which lives on another thread; ends within kShowWait.
    look = co_await asio::co_spawn(
        executor_, growing(id),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
  }
  co_return co_await reads_.run([&look] { return texts_of(look ? *look : recording::View{}); });
}

Task<bool> Views::is_current(const session::Recording& recording,
                             const std::optional<MediaFile>& media) {
  const auto found =
      co_await archive_.part<archive::ViewRows>().find_view(Reach::everything(), recording.id);
  if (!found || !*found) co_return false;
  const archive::ViewRow& row = **found;
  const bool same_media = !media || media->version == row.version;
  co_return same_media&& recording::is_newest_view(row.fold_version, row.chunk_count,
                                                   recording.chunks_stored);
}

/// What is folded so far; null when nothing is. On `executor_`.
Task<std::shared_ptr<const recording::View>> Views::growing(RecordingId id) {
  const BuilderPtr builder = find(id);
  if (!builder) wake(id, jobs::Wish::Now);  // makes the view
  if (is_shared() && !(builder && builder->caught_up)) {
    // Another node folds it, or this one has only begun to. Once it has ended its view comes soon.
    const auto standing =
        co_await archive_.part<archive::Contents>().standing(Reach::everything(), id);
    if (!standing) co_return nullptr;
    if (standing->reason) co_return followers_.last(id);
    co_return co_await followers_.look(id);
  }
  if (!builder) co_return nullptr;
  asio::steady_timer timer(executor_, kShowWait);
  builder->lookers.push_back(&timer);
  builder->timer.cancel();
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  builder->lookers.remove(&timer);
  co_return builder->look;
}

Task<Result<std::optional<MediaFile>>> Views::media(Reach reach, RecordingId id) {
  const auto now = now_();
  // Another node erases without a word to this cache.
  if (!is_shared()) {
    if (auto kept = newest_.find(reach, id, now)) co_return kept;
  }
  const std::uint64_t changes = newest_.changes();
  const auto found = co_await archive_.part<archive::ViewRows>().find_view(reach, id);
  if (!found) co_return std::unexpected(found.error());
  const std::optional<archive::ViewRow>& row = *found;
  std::optional<blob::BlobKey> object;
  if (row && objects_ != nullptr) object = co_await objects_->find(id, *row, kMedia);
  const bool there =
      object.has_value() || (row && objects_ == nullptr && co_await reads_.run([this, &id, &row] {
        return files_.is_media_whole(id, *row);
      }));
  if (!there) {
    on_ended(id);  // makes the view
    co_return std::nullopt;
  }
  MediaFile media{.path = object ? "" : files_.media(id, row->version),
                  .object = object ? object->value : "",
                  .version = row->version,
                  .bytes = row->media_bytes,
                  .duration_ns = row->duration_ns,
                  .has_video = row->has_video,
                  .width = row->width,
                  .height = row->height};
  newest_.keep(reach, id, media, changes, now);
  co_return media;
}

Task<Result<std::optional<StillFile>>> Views::still(Reach reach, RecordingId id, std::string name) {
  const auto found = co_await archive_.part<archive::ViewRows>().find_view(reach, id);
  if (!found) co_return std::unexpected(found.error());
  const std::optional<archive::ViewRow>& row = *found;
  // The row of an older fold version does not tell whether there are stills.
  const bool known = row && row->fold_version == kFoldVersion;
  if (known) {
    const auto file = std::ranges::find(row->files, name, &archive::ViewFileRow::name);
    if (file == row->files.end()) {
      co_return fail(ErrorCode::NotFound, "This recording has no picture.", "no-picture");
    }
    std::optional<blob::BlobKey> object;
    if (objects_ != nullptr) object = co_await objects_->find(id, *row, name);
    const bool whole =
        object.has_value() || (objects_ == nullptr && co_await reads_.run([this, &id, &row, &name] {
          return files_.is_whole(id, *row, name);
        }));
    if (whole) {
      co_return StillFile{.path = object ? "" : files_.file(id, row->version, name),
                          .object = object ? object->value : "",
                          .version = row->version,
                          .bytes = file->bytes};
    }
  }
  on_ended(id);  // makes the view
  co_return std::nullopt;
}

Task<std::optional<MediaFile>> Views::old_media(Reach reach, RecordingId id, std::int64_t version) {
  if (!co_await archive_.part<archive::Contents>().standing(std::move(reach), id)) {
    co_return std::nullopt;
  }
  if (objects_ != nullptr) {
    const auto kept = co_await objects_->media_of(id, version);
    if (!kept) co_return std::nullopt;
    co_return MediaFile{
        .path = {}, .object = kept->key.value, .version = version, .bytes = kept->bytes};
  }
  co_return co_await reads_.run([this, &id, version]() -> std::optional<MediaFile> {
    std::filesystem::path path = files_.media(id, version);
    std::error_code absent;
    const std::uintmax_t bytes = std::filesystem::file_size(path, absent);
    if (absent) return std::nullopt;
    return MediaFile{
        .path = std::move(path), .version = version, .bytes = static_cast<std::int64_t>(bytes)};
  });
}

Task<Result<ViewTexts>> Views::read_texts(RecordingId id, archive::ViewRow row) {
  if (objects_ != nullptr) co_return co_await objects_->read(std::move(id), std::move(row));
  co_return co_await reads_.run([this, &id, &row] { return files_.read(id, row); });
}

/// Whether all of the view is there, undamaged as far as the row tells.
Task<bool> Views::is_whole(RecordingId id, archive::ViewRow row) {
  if (objects_ != nullptr) {
    if (!co_await objects_->read(id, row)) co_return false;
    for (const archive::ViewFileRow& file : row.files) {
      if (!co_await objects_->find(id, row, file.name)) co_return false;
    }
    co_return true;
  }
  co_return co_await reads_.run(
      [this, &id, &row] { return files_.read(id, row) && files_.are_files_whole(id, row); });
}

Task<void> Views::resume() {
  for (const RecordingId& id :
       co_await archive_.part<archive::ViewRows>().without_view(kFoldVersion)) {
    const BuilderPtr builder = ensure(id, jobs::Wish::Due);
    if (!builder) co_return;
    boost::system::error_code cancelled;
    while (find(id) == builder) {
      co_await builder->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
  }
}

Task<void> Views::fill_search() {
  constexpr std::int64_t kAtOnce = 100;  // number of ids; recordings are read one by one
  for (RecordingId last(""); !closing_;) {
    const auto ids = co_await archive_.part<archive::ViewRows>().unfilled(last, kAtOnce);
    for (const RecordingId& id : ids) {
      last = id;
      const auto found =
          co_await archive_.part<archive::ViewRows>().find_view(Reach::everything(), id);
      if (closing_ || !found || !*found) continue;
      const archive::ViewRow& row = **found;
      const auto texts = co_await read_texts(id, row);
      if (!texts) continue;  // damaged: it will be folded again, and the search filled then
      auto said =
          co_await reads_.run([&texts] { return search::sentences_of(turns_of(texts->manifest)); });
      co_await archive_.part<archive::ViewRows>().store_said(id, std::move(said));
    }
    if (std::ssize(ids) < kAtOnce) co_return;
  }
}

Task<void> Views::close(Deadline deadline) {
  closing_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, builder] : builders_) {
      builder->stopping = true;
      builder->signalled = true;
      builder->timer.cancel();
    }
  }
  co_await followers_.close(deadline);
  co_await tasks_.join(deadline);
}

}  // namespace reprise::playback
