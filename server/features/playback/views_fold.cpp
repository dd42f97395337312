// How a view is made: the coroutine of Views::Builder.

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "domain/analytics/sums.hpp"
#include "domain/recording/view/view_row.hpp"
#include "features/playback/read_chunk.hpp"
#include "features/playback/views_builder.hpp"

namespace reprise::playback {

namespace asio = boost::asio;

namespace {

std::string what_of(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown";
  }
}

}  // namespace

Task<void> Views::run(BuilderPtr builder) {
  std::exception_ptr failed;
  bool refused = false;
  try {
    builder->has_job = co_await jobs().take(jobs::Kind::Fold, builder->id.value, builder->wish);
    refused = !builder->has_job;
    if (refused && is_shared()) {
      co_await jobs().tell("fold", {builder->id.value});
    }
    while (builder->has_job) {
      builder->woken = false;
      const bool again = co_await build_once(builder);
      if (!again && (!builder->woken || builder->stopping)) break;
    }
  } catch (...) {
    failed = std::current_exception();
  }
  builder->woken = false;
  // Needed when this coroutine was cancelled: any further wait would throw.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await clean_up(builder);
  if (builder->has_job) co_await let_go(builder, failed);
  for (const auto& [seq, chunk] : builder->waiting) waiting_bytes_ -= chunk->bytes.size();
  builder->waiting.clear();
  {
    const std::lock_guard lock(mutex_);
    builders_.erase(builder->id.value);
  }
  builder->ended.cancel();
  for (asio::steady_timer* looker : builder->lookers) looker->cancel();
  // A request that came during the clean-up, or while a job was refused whose time had not come,
  // has found the builder still in the map.
  const bool asked_anew = builder->asked_now && builder->wish == jobs::Wish::Due;
  const bool again = refused ? asked_anew : builder->woken;
  if (again && !builder->stopping) ensure(builder->id, jobs::Wish::Now);
  if (failed) std::rethrow_exception(failed);  // logged by the group; `resume` tries again
}

/// Whatever fails here, the builder must leave the map, because others wait for that.
Task<void> Views::clean_up(BuilderPtr builder) {
  try {
    co_await reads_.run([this, &builder] {
      builder->drop_fold();
      files_.remove_building(builder->id);
    });
  } catch (const std::exception& error) {
    log::error("view.building_stays",
               {{"recording_id", builder->id.value}, {"what", error.what()}});
  }
}

/// Gives the job away. A failure of that is only logged: the lease ends by itself.
Task<void> Views::let_go(BuilderPtr builder, std::exception_ptr failed) {
  const std::string& id = builder->id.value;
  try {
    if (failed) {
      co_await jobs().failed(jobs::Kind::Fold, id, what_of(failed));
    } else if (closing_ && is_shared()) {
      co_await jobs().give_back(jobs::Kind::Fold, id);
    } else {
      co_await jobs().done(jobs::Kind::Fold, id);
    }
  } catch (const std::exception& error) {
    log::warn("view.job_stays", {{"recording_id", id}, {"what", error.what()}});
  }
}

/// True when chunks came while the view was being published, so that the next version is due.
Task<bool> Views::build_once(BuilderPtr builder) {
  const auto recording = co_await archive_.part<archive::Contents>().standing(
      access::Reach::everything(), builder->id);
  const auto chunks = co_await archive_.part<archive::Contents>().all_chunks(
      access::Reach::everything(), builder->id);
  if (!recording || !chunks || builder->stopping) co_return false;
  const auto found = co_await archive_.part<archive::ViewRows>().find_view(
      access::Reach::everything(), builder->id);
  if (!found) co_return false;
  const std::optional<archive::ViewRow>& row = *found;
  const bool complete = recording->state == session::RecordingState::Complete;
  if (row && recording->reason && row->fold_version == kFoldVersion &&
      row->chunk_count == static_cast<std::int64_t>(chunks->size())) {
    if (co_await is_whole(builder->id, *row)) co_return false;
    log::warn("view.damaged", {{"recording_id", builder->id.value}, {"version", row->version}});
  }
  builder->version = row ? row->version + 1 : 1;
  std::set<std::int64_t> stored;
  for (const archive::ChunkInfo& chunk : *chunks) stored.insert(chunk.seq);
  // A chunk that has just come late, to a recording that ended with gaps, may be the first of many:
  // the plan then waits until no more come.
  const bool late = row && recording->reason && !complete;
  if (late) {
    for (const std::int64_t seq : builder->arrived) stored.erase(seq);
  }
  builder->plan.emplace(std::move(stored));
  builder->caught_up = false;
  if (recording->reason) builder->plan->on_ended(complete);
  const bool finished = co_await follow(builder);
  const std::int64_t folded = builder->plan->count();
  builder->plan.reset();
  if (!finished) co_return false;
  const bool newest = co_await publish(builder);
  bool more = !newest || !builder->arrived.empty();
  if (!more && is_shared()) {
    // No word comes of what other nodes have stored meanwhile.
    const auto marks = co_await archive_.part<archive::ViewRows>().marks({builder->id});
    more = !marks.empty() && marks.front().chunks > folded;
  }
  co_return more && !builder->stopping;
}

/// True when everything is folded; false when the fold is not wanted any more.
Task<bool> Views::follow(BuilderPtr builder) {
  FoldPlan& plan = *builder->plan;
  for (;;) {
    if (builder->stopping) co_return false;
    co_await show(builder);
    const auto now = now_();
    const bool news = builder->signalled;
    builder->signalled = false;
    if (news) {
      builder->woken = false;
      for (const std::int64_t seq : std::exchange(builder->arrived, {})) plan.on_stored(seq, now);
      const auto standing = co_await archive_.part<archive::Contents>().standing(
          access::Reach::everything(), builder->id);
      if (!standing) co_return false;
      const bool ends = is_shared() && standing->reason && !plan.ended();
      // After the standing, so that every chunk from before the end is seen.
      if (std::exchange(builder->look_up, false) || ends) co_await learn_chunks(builder);
      if (standing->reason) plan.on_ended(standing->state == session::RecordingState::Complete);
    }
    const FoldPlan::Step step = plan.next(now);
    if (const auto* fold = std::get_if<FoldPlan::Fold>(&step)) {
      co_await fold_chunk(builder, fold->seq);
    } else if (std::holds_alternative<FoldPlan::Finish>(step)) {
      co_return true;
    } else if (std::holds_alternative<FoldPlan::Wait>(step)) {
      const auto until = std::get<FoldPlan::Wait>(step).until;
      builder->caught_up = true;
      co_await wait(builder, until);
      const bool woken = builder->signalled || builder->stopping || !builder->lookers.empty();
      if (!until && !woken) co_return false;  // idle
    } else if (std::holds_alternative<FoldPlan::Skip>(step)) {
      if (builder->fold) builder->fold->skip();
    } else {
      builder->chunks_folded = 0;
      builder->caught_up = false;
      co_await folds_.run([&builder] { builder->drop_fold(); });
    }
  }
}

/// Takes in the chunks that other nodes have stored.
Task<void> Views::learn_chunks(BuilderPtr builder) {
  FoldPlan& plan = *builder->plan;
  const auto seqs =
      co_await archive_.part<archive::Contents>().seqs_from(builder->id, plan.first_absent());
  for (const std::int64_t seq : seqs) plan.on_stored(seq, now_());
}

Task<void> Views::wait(BuilderPtr builder,
                       std::optional<std::chrono::steady_clock::time_point> until) {
  if (builder->signalled || !builder->lookers.empty()) co_return;
  const auto now = now_();
  builder->timer.expires_after(until.value_or(now + kIdleFold) - now);
  boost::system::error_code cancelled;
  co_await builder->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

/// Gives the fold its next work: a chunk or, for null, the end.
void Views::begin_fold(Builder& builder, const archive::StoredChunk* chunk,
                       std::int64_t seq) const {
  if (!builder.fold) {
    builder.writer = std::make_unique<media::ViewMediaWriter>(files_.begin(builder.id));
    builder.stills = std::make_unique<media::StillsMaker>(*builder.writer);
    builder.fold =
        std::make_unique<recording::Fold>(recording::FoldOptions{}, builder.stills.get());
  }
  if (chunk != nullptr) {
    builder.fold->begin(chunk->content, seq);
  } else {
    builder.fold->begin_finish();
  }
}

Task<void> Views::fold_chunk(BuilderPtr builder, std::int64_t seq) {
  auto chunk = co_await chunk_of(builder, seq);
  if (!chunk) co_return;  // damaged: the archive has noted it, and here it is a gap
  co_await work(builder, std::move(chunk), seq);
  ++builder->chunks_folded;
}

/// The chunk as it came, or read from the archive again; null when it cannot be read.
Task<std::shared_ptr<const archive::StoredChunk>> Views::chunk_of(BuilderPtr builder,
                                                                  std::int64_t seq) {
  if (auto waiting = builder->waiting.extract(seq)) {
    waiting_bytes_ -= waiting.mapped()->bytes.size();
    co_return std::move(waiting.mapped());
  }
  co_return co_await read_chunk(archive_, folds_, builder->id, seq);
}

/// Folds slice by slice until the work is done or not wanted any more. Between slices other
/// recordings get their turn in the pool, and requests to see or erase the view need not wait for
/// the end.
Task<void> Views::work(BuilderPtr builder, std::shared_ptr<const archive::StoredChunk> chunk,
                       std::int64_t seq) {
  bool begun = false;
  for (bool done = false; !done;) {
    done = co_await folds_.run([&] {
      if (builder->stopping) return true;
      if (!std::exchange(begun, true)) begin_fold(*builder, chunk.get(), seq);
      return builder->fold->work();
    });
    co_await show(builder);
  }
}

/// Called between two slices: makes a look at the view if a request waits for one.
Task<void> Views::show(BuilderPtr builder) {
  if (builder->lookers.empty() || builder->stopping) co_return;
  if (builder->fold) {
    builder->look = co_await folds_.run(
        [&builder] { return std::make_shared<const recording::View>(builder->fold->view()); });
  }
  for (asio::steady_timer* looker : std::exchange(builder->lookers, {})) looker->cancel();
}

/// Writes the rest of the files and fills the row.
void Views::write_view(Builder& builder, archive::ViewRow& row) const {
  const recording::View& view = builder.fold->view();
  const media::ViewMediaInfo info = builder.writer->finish(view.duration_ns);
  const media::Stills stills = builder.stills->finish();
  row.duration_ns = view.duration_ns;
  row.first_words = view.first_words;
  row.media_bytes = static_cast<std::int64_t>(info.bytes);
  row.has_video = info.has_video;
  row.width = view.width;
  row.height = view.height;
  row.seam = recording::row_seam(view);
  row.has_thumbnail = !stills.thumbnail_small.empty();
  row.missing = {.microphone_ns = recording::missing_ns(view.loss.microphone),
                 .model_ns = recording::missing_ns(view.loss.model),
                 .camera_ns = recording::missing_ns(view.loss.camera),
                 .messages_ns = recording::missing_ns(view.loss.messages)};
  row.left_out = recording::left_out(view.loss);
  row.started_device_utc_ns = view.started_device_ns;
  const auto texts = texts_of(view, strip_of(builder.id, row.version, stills));
  row.files = files_.commit(builder.id, row.version, texts, stills);
  builder.drop_fold();
}

/// Stores the files of a view in the bucket, and adds the hash of the media to its row.
Task<void> Views::store_objects(session::RecordingId id, archive::ViewRow& row) {
  const archive::ViewFileRow media =
      co_await reads_.run([this, &id, &row] { return files_.hash_media(id, row.version); });
  for (archive::ViewFileRow& file : row.files) {
    if (file.name == media.name) file = media;
  }
  co_await objects_->store(id, row, files_.folder(id, row.version));
}

/// False when another node has stored this version first: whether it has all of it must be looked
/// at again.
Task<bool> Views::publish(BuilderPtr builder) {
  const auto began = now_();
  archive::ViewRow row{.version = builder->version,
                       .fold_version = kFoldVersion,
                       .chunk_count = builder->chunks_folded};
  std::vector<search::Sentence> said;
  std::string measures;
  co_await work(builder, nullptr, 0);
  if (builder->stopping) co_return true;
  co_await folds_.run([this, &builder, &row, &said, &measures] {
    const recording::View& view = builder->fold->view();
    said = search::sentences_of(view.turns);
    measures = analytics::text_of(analytics::measures_of(view));
    write_view(*builder, row);
  });
  builder->chunks_folded = 0;
  if (objects_ != nullptr) co_await store_objects(builder->id, row);
  builder->look.reset();
  const auto stored = co_await archive_.part<archive::ViewRows>().store_view(
      builder->id, row, std::move(said), std::move(measures));
  newest_.forget();
  if (stored == archive::ViewStored::Older) {
    // Its objects may be those of the stored view, so they stay; they go with their version.
    log::warn("view.superseded", {{"recording_id", builder->id.value}, {"version", row.version}});
    if (objects_ != nullptr) {
      co_await reads_.run(
          [this, &builder, &row] { files_.remove_version(builder->id, row.version); });
    }
    co_return false;
  }
  const bool kept = stored == archive::ViewStored::Yes;
  co_await reads_.run([this, &builder, &row, kept] {
    if (!kept) return files_.remove_all(builder->id);
    if (objects_ == nullptr) return files_.remove_old(builder->id, row.version);
    files_.remove_version(builder->id, row.version);
  });
  if (objects_ != nullptr) {
    if (kept) co_await objects_->remove_old(builder->id, row.version);
    if (!kept) co_await objects_->remove_all(builder->id, archive::usual_deadline());
  } else if (kept) {
    co_await note_media_hash(builder->id, row.version);
  }
  const auto took = now_() - began;
  log::info("view.finished",
            {{"recording_id", builder->id.value},
             {"version", row.version},
             {"duration_ms", row.duration_ns / 1'000'000},
             {"media_bytes", row.media_bytes},
             {"publish_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  co_return true;
}

}  // namespace reprise::playback
