#include "features/playback/views.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "domain/recording/chunk.hpp"
#include "domain/recording/fold.hpp"
#include "features/playback/fold_plan.hpp"
#include "platform/media/view_media.hpp"

namespace reprise::playback {

namespace asio = boost::asio;
using session::RecordingId;
using session::Seq;

/// The fold of one recording. Everything but what `mutex` guards belongs to the executor.
struct Views::Builder {
  Builder(RecordingId of, const asio::any_io_executor& executor)
      : id(std::move(of)), timer(executor), ended(executor) {
    timer.expires_at(asio::steady_timer::time_point::max());
    ended.expires_at(asio::steady_timer::time_point::max());
  }

  const RecordingId id;
  asio::steady_timer timer;  // cancelled to wake the coroutine
  asio::steady_timer ended;  // cancelled when the coroutine is over
  bool signalled = true;
  bool stopping = false;
  std::vector<std::int64_t> arrived;  // stored since the last look
  std::optional<FoldPlan> plan;
  std::int64_t version = 1;
  std::int64_t chunks_folded = 0;

  std::mutex mutex;  // taken in the pool only: whoever folds or reads what is folded
  std::unique_ptr<media::ViewMediaWriter> writer;
  std::unique_ptr<recording::Fold> fold;  // goes before its sink
};

Views::Views(archive::Archive& archive, ViewFiles files, BlockingPool& pool,
             const asio::any_io_executor& executor)
    : archive_(archive),
      files_(std::move(files)),
      pool_(pool),
      executor_(executor),
      tasks_(executor) {}

Views::~Views() = default;

void Views::on_chunk_stored(const RecordingId& id, Seq seq) {
  asio::post(executor_, [this, id, seq] { wake(id, seq); });
}

void Views::on_ended(const RecordingId& id) {
  asio::post(executor_, [this, id] { wake(id, std::nullopt); });
}

Task<void> Views::on_erased(RecordingId id) {
  newest_.forget();
  co_await asio::co_spawn(executor_, erase(std::move(id)), asio::use_awaitable);
}

Views::Shared Views::find(const RecordingId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = builders_.find(id.value);
  return found == builders_.end() ? nullptr : found->second;
}

Views::Shared Views::ensure(const RecordingId& id) {
  if (auto found = find(id)) return found;
  if (closing_) return nullptr;
  const std::lock_guard lock(mutex_);
  if (builders_.size() >= kBuildersMax) return nullptr;
  auto builder = std::make_shared<Builder>(id, executor_);
  builders_.emplace(id.value, builder);
  tasks_.spawn("view", run(builder));
  return builder;
}

void Views::wake(const RecordingId& id, std::optional<Seq> stored) {
  const Shared builder = ensure(id);
  if (!builder) return;  // `resume` makes the view once the recording has ended
  if (stored) builder->arrived.push_back(stored->value);
  builder->signalled = true;
  builder->timer.cancel();
}

Task<void> Views::erase(RecordingId id) {
  if (const Shared builder = find(id)) {
    builder->stopping = true;
    builder->signalled = true;
    builder->timer.cancel();
    boost::system::error_code cancelled;
    while (find(id) == builder) {
      co_await builder->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
  }
  co_await pool_.run([this, &id] { files_.remove_all(id); });
}

Task<void> Views::run(Shared builder) {
  std::exception_ptr failed;
  try {
    while (co_await build_once(builder)) {
    }
  } catch (...) {
    failed = std::current_exception();
  }
  co_await pool_.run([this, &builder] {
    const std::lock_guard lock(builder->mutex);
    builder->fold.reset();
    builder->writer.reset();
    files_.remove_building(builder->id);
  });
  {
    const std::lock_guard lock(mutex_);
    builders_.erase(builder->id.value);
  }
  builder->ended.cancel();
  if (failed) std::rethrow_exception(failed);  // logged by the group; `resume` tries again
}

/// True when chunks came while the view was being published, so that the next one is due.
Task<bool> Views::build_once(Shared builder) {
  const auto recording = co_await archive_.find(builder->id);
  const auto listing = co_await archive_.chunks(builder->id);
  if (!recording || !listing || builder->stopping) co_return false;
  const auto found = co_await archive_.find_view(builder->id);
  if (!found) co_return false;
  const std::optional<archive::ViewRow>& row = *found;
  const bool complete = recording->state == session::RecordingState::Complete;
  if (row && recording->reason && row->fold_version == kFoldVersion &&
      row->chunk_count == static_cast<std::int64_t>(listing->chunks.size())) {
    const bool there = co_await pool_.run(
        [this, &builder, &row] { return old_media(builder->id, row->version).has_value(); });
    if (there) co_return false;
  }
  builder->version = row ? row->version + 1 : 1;
  std::set<std::int64_t> stored;
  for (const archive::ChunkInfo& chunk : listing->chunks) stored.insert(chunk.seq);
  // What has just come late to a recording that ended with gaps may be the first of many: the plan
  // waits for quiet.
  const bool late = row && recording->reason && !complete;
  if (late) {
    for (const std::int64_t seq : builder->arrived) stored.erase(seq);
  }
  builder->plan.emplace(std::move(stored));
  if (recording->reason) builder->plan->on_ended(complete);
  const bool finished = co_await follow(builder);
  builder->plan.reset();
  if (!finished) co_return false;
  co_await publish(builder);
  co_return !builder->arrived.empty() && !builder->stopping;
}

/// True when everything is folded; false when it is not wanted any more.
Task<bool> Views::follow(Shared builder) {
  FoldPlan& plan = *builder->plan;
  for (;;) {
    if (builder->stopping) co_return false;
    const auto now = std::chrono::steady_clock::now();
    const bool news = builder->signalled;
    builder->signalled = false;
    if (news) {
      for (const std::int64_t seq : std::exchange(builder->arrived, {})) plan.on_stored(seq, now);
      const auto recording = co_await archive_.find(builder->id);
      if (!recording) co_return false;
      if (recording->reason) {
        plan.on_ended(recording->state == session::RecordingState::Complete);
      }
    }
    const FoldPlan::Step step = plan.next(now);
    if (const auto* fold = std::get_if<FoldPlan::Fold>(&step)) {
      co_await fold_chunk(builder, fold->seq);
    } else if (std::holds_alternative<FoldPlan::Finish>(step)) {
      co_return true;
    } else if (std::holds_alternative<FoldPlan::Wait>(step)) {
      const auto until = std::get<FoldPlan::Wait>(step).until;
      co_await wait(builder, until);
      if (!until && !builder->signalled && !builder->stopping) co_return false;  // idle
    } else {
      const bool anew = std::holds_alternative<FoldPlan::Restart>(step);
      if (anew) builder->chunks_folded = 0;
      co_await pool_.run([&builder, anew] {
        const std::lock_guard lock(builder->mutex);
        if (!anew && builder->fold) builder->fold->skip();
        if (anew) builder->fold.reset();
        if (anew) builder->writer.reset();
      });
    }
  }
}

Task<void> Views::wait(Shared builder, std::optional<std::chrono::steady_clock::time_point> until) {
  if (builder->signalled) co_return;
  builder->timer.expires_at(until.value_or(std::chrono::steady_clock::now() + kIdleFold));
  boost::system::error_code cancelled;
  co_await builder->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

Task<void> Views::fold_chunk(Shared builder, std::int64_t seq) {
  const auto bytes = co_await archive_.read_chunk(builder->id, Seq(seq));
  if (!bytes) co_return;  // damaged: noted by the archive, a gap here
  co_await pool_.run([this, &builder, &bytes] {
    const auto chunk = recording::parse_chunk(*bytes);
    if (!chunk) return;  // stored by a version with other rules
    const std::lock_guard lock(builder->mutex);
    if (!builder->fold) {
      builder->writer = std::make_unique<media::ViewMediaWriter>(files_.begin(builder->id));
      builder->fold =
          std::make_unique<recording::Fold>(recording::FoldOptions{}, builder->writer.get());
    }
    builder->fold->add(*chunk);
  });
  ++builder->chunks_folded;
}

Task<void> Views::publish(Shared builder) {
  const auto began = std::chrono::steady_clock::now();
  archive::ViewRow row{.version = builder->version,
                       .fold_version = kFoldVersion,
                       .chunk_count = builder->chunks_folded};
  co_await pool_.run([this, &builder, &row] {
    const std::lock_guard lock(builder->mutex);
    if (!builder->fold) {  // nothing was recorded
      builder->writer = std::make_unique<media::ViewMediaWriter>(files_.begin(builder->id));
      builder->fold =
          std::make_unique<recording::Fold>(recording::FoldOptions{}, builder->writer.get());
    }
    builder->fold->finish();
    const recording::View& view = builder->fold->view();
    const media::ViewMediaInfo info = builder->writer->finish(view.duration_ns);
    row.duration_ns = view.duration_ns;
    row.first_words = view.first_words;
    row.media_bytes = static_cast<std::int64_t>(info.bytes);
    row.has_video = info.has_video;
    row.width = view.width;
    row.height = view.height;
    files_.commit(builder->id, row.version, texts_of(view));
    builder->fold.reset();
    builder->writer.reset();
  });
  builder->chunks_folded = 0;
  const bool kept = co_await archive_.store_view(builder->id, row);
  newest_.forget();
  co_await pool_.run([this, &builder, &row, kept] {
    if (kept) files_.remove_old(builder->id, row.version);
    if (!kept) files_.remove_all(builder->id);
  });
  const auto took = std::chrono::steady_clock::now() - began;
  log::info("view.finished",
            {{"recording_id", builder->id.value},
             {"version", row.version},
             {"duration_ms", row.duration_ns / 1'000'000},
             {"media_bytes", row.media_bytes},
             {"publish_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

Task<ViewTexts> Views::texts(RecordingId id) {
  const auto found = co_await archive_.find_view(id);
  if (found && *found) {
    const std::int64_t version = (*found)->version;
    auto kept = co_await pool_.run([this, &id, version] { return files_.read(id, version); });
    if (kept) co_return *std::move(kept);
    log::warn("view.files_absent", {{"recording_id", id.value}, {"version", version}});
  }
  const Shared builder = find(id);
  if (!builder) on_ended(id);  // makes it
  co_return co_await pool_.run([&builder] {
    if (!builder) return texts_of(recording::View{});
    const std::lock_guard lock(builder->mutex);
    return texts_of(builder->fold ? builder->fold->view() : recording::View{});
  });
}

Task<Result<std::optional<MediaFile>>> Views::media(RecordingId id) {
  const auto now = MediaCache::Clock::now();
  if (auto kept = newest_.find(id, now)) co_return kept;
  const std::uint64_t changes = newest_.changes();
  const auto found = co_await archive_.find_view(id);
  if (!found) co_return std::unexpected(found.error());
  const std::optional<archive::ViewRow>& row = *found;
  const bool there = row && co_await pool_.run([this, &id, &row] {
    return old_media(id, row->version).has_value();
  });
  if (!there) {
    if (!find(id)) on_ended(id);  // makes it
    co_return std::nullopt;
  }
  MediaFile media{.path = files_.media(id, row->version),
                  .version = row->version,
                  .bytes = row->media_bytes,
                  .duration_ns = row->duration_ns,
                  .has_video = row->has_video,
                  .width = row->width,
                  .height = row->height};
  newest_.keep(id, media, changes, now);
  co_return media;
}

std::optional<MediaFile> Views::old_media(const RecordingId& id, std::int64_t version) const {
  std::filesystem::path path = files_.media(id, version);
  std::error_code absent;
  const std::uintmax_t bytes = std::filesystem::file_size(path, absent);
  if (absent) return std::nullopt;
  return MediaFile{
      .path = std::move(path), .version = version, .bytes = static_cast<std::int64_t>(bytes)};
}

Task<void> Views::resume() {
  for (const RecordingId& id : co_await archive_.without_view(kFoldVersion)) {
    const Shared builder = ensure(id);
    if (!builder) co_return;
    boost::system::error_code cancelled;
    while (find(id) == builder) {
      co_await builder->ended.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
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
  co_await tasks_.join(deadline);
}

}  // namespace reprise::playback
