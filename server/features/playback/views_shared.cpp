// What the views of one node learn of the others. Nothing tells them but the database.

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/id.hpp"
#include "base/log.hpp"
#include "features/playback/views_builder.hpp"

namespace reprise::playback {

using session::RecordingId;
using session::RecordingState;

namespace {

/// Folds that have not caught up yet, of which looks take over further ones until there are so
/// many. The others are taken by a later look, or by another node: the more are made at the same
/// time, the longer a person waits for one of them.
constexpr std::int64_t kTakenOverAtOnce = 8;

}  // namespace

Task<void> Views::look_around() {
  if (!is_shared() || closing_) co_return;
  followers_.drop_idle();
  std::vector<RecordingId> folded;
  std::int64_t behind = 0;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, builder] : builders_) {
      if (builder->has_job) folded.push_back(builder->id);
      if (!builder->caught_up) ++behind;
    }
  }
  if (!folded.empty()) {
    for (const archive::Mark& mark :
         co_await archive_.part<archive::ViewRows>().marks(std::move(folded))) {
      wake_changed(mark);
    }
  }
  if (behind >= kTakenOverAtOnce) co_return;
  for (const std::string& id : co_await jobs().due(jobs::Kind::Fold, kTakenOverAtOnce - behind)) {
    if (find(RecordingId(id))) continue;
    log::info("view.taken_over", {{"recording_id", id}});
    wake(RecordingId(id), jobs::Wish::Due);
  }
}

/// Wakes the fold of a recording of which the database knows more than the fold.
void Views::wake_changed(const archive::Mark& mark) {
  const BuilderPtr builder = find(mark.id);
  if (!builder || !builder->has_job) return;
  if (!jobs().is_at_work(jobs::Kind::Fold, mark.id.value)) {
    builder->stopping = true;  // the lease was lost: another node folds it
  }
  const bool more =
      builder->plan && (mark.chunks > builder->plan->count() ||
                        (mark.state != RecordingState::Recording && !builder->plan->ended()));
  if (!more && !builder->stopping && mark.state != RecordingState::Erased) return;
  builder->look_up = true;
  builder->signalled = true;
  builder->timer.cancel();
}

void Views::on_told(const std::string& words) {
  const std::size_t blank = std::min(words.find(' '), words.size() - 1);
  const RecordingId id(words.substr(blank + 1));
  if (!is_uuid(id.value)) return;
  const bool erased = words.starts_with("erased ");
  boost::asio::post(executor_, [this, id, erased] {
    if (closing_) return;
    if (erased) return tasks_.spawn("view.erased", drop_if_erased(id));
    const BuilderPtr builder = find(id);
    if (!builder || !builder->has_job) return;
    builder->look_up = true;
    builder->signalled = true;
    builder->timer.cancel();
  });
}

/// The word alone does not count: somebody else may have said it.
Task<void> Views::drop_if_erased(RecordingId id) {
  for (const archive::Mark& mark : co_await archive_.part<archive::ViewRows>().marks({id})) {
    if (mark.state != RecordingState::Erased) continue;
    co_await on_erased(id, archive::usual_deadline());
  }
}

Task<void> Views::drop_erased() {
  if (!is_shared() || objects_ == nullptr) co_return;
  std::set<std::string> here = objects_->kept();
  const auto folders = co_await reads_.run([this] { return files_.recordings(); });
  here.insert(folders.begin(), folders.end());
  for (std::string& id : followers_.kept()) here.insert(std::move(id));
  std::vector<RecordingId> ids;
  ids.reserve(here.size());
  for (const std::string& id : here) ids.emplace_back(id);
  for (const archive::Mark& mark :
       co_await archive_.part<archive::ViewRows>().marks(std::move(ids))) {
    if (mark.state != RecordingState::Erased) continue;
    if (co_await on_erased(mark.id, archive::usual_deadline())) continue;
    log::warn("view.erased_stays", {{"recording_id", mark.id.value}});
  }
}

}  // namespace reprise::playback
