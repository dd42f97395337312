#include "features/playback/followers.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <set>
#include <utility>
#include <variant>

#include "base/together.hpp"
#include "domain/recording/fold/fold.hpp"
#include "features/playback/fold_plan.hpp"
#include "features/playback/read_chunk.hpp"

namespace reprise::playback {

namespace asio = boost::asio;
using recording::View;
using session::RecordingId;

namespace {

/// How often a look is made while a long recording is caught up with.
constexpr std::chrono::milliseconds kShowEvery{250};

}  // namespace

/// Its coroutine owns all members; it uses them on the executor or, while it waits, in the pool.
/// Askers only leave requests, on the executor.
struct Followers::Follower {
  explicit Follower(RecordingId of) : id(std::move(of)) {}

  using Timer = std::shared_ptr<asio::steady_timer>;  // owned by its asker and by these lists
  const RecordingId id;
  std::chrono::steady_clock::time_point asked_at;
  bool running = false;              // its coroutine
  bool dropped = false;              // erased, or the server stops
  std::vector<Timer> askers;         // the next round answers them
  std::vector<Timer> answered;       // the present round does
  std::shared_ptr<const View> look;  // owned by the follower and its readers

  FoldPlan plan{{}};
  std::unique_ptr<recording::Fold> fold;
  std::int64_t folded = 0;  // chunks in `fold`
  std::int64_t shown = 0;   // chunks in `look`
  bool changed = false;     // `fold`, since `look` was made
  std::chrono::steady_clock::time_point shown_at;

  /// Answers those who have waited for the present round.
  void answer() {
    for (const Timer& asker : std::exchange(answered, {})) asker->cancel();
  }
};

Followers::Followers(archive::Contents& archive, BlockingPool& folds,
                     const asio::any_io_executor& executor, SteadyNow now)
    : archive_(archive),
      folds_(folds),
      executor_(executor),
      now_(std::move(now)),
      tasks_(executor) {}

Followers::~Followers() = default;

Task<std::shared_ptr<const View>> Followers::look(RecordingId id) {
  const FollowerPtr follower = follower_of(id);
  if (!follower) co_return nullptr;
  follower->asked_at = now_();
  const auto timer = std::make_shared<asio::steady_timer>(executor_, kFollowWait);
  follower->askers.push_back(timer);
  if (!std::exchange(follower->running, true)) tasks_.spawn("follow", run(follower));
  boost::system::error_code answered;
  co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, answered));
  co_return follower->look;
}

std::shared_ptr<const View> Followers::last(const RecordingId& id) const {
  const auto found = followers_.find(id.value);
  return found == followers_.end() ? nullptr : found->second->look;
}

/// Null when all followers are at work.
Followers::FollowerPtr Followers::follower_of(const RecordingId& id) {
  if (const auto found = followers_.find(id.value); found != followers_.end()) return found->second;
  if (followers_.size() >= kFollowersMax && !make_room()) return nullptr;
  return followers_.emplace(id.value, std::make_shared<Follower>(id)).first->second;
}

bool Followers::make_room() {
  auto oldest = followers_.end();
  for (auto at = followers_.begin(); at != followers_.end(); ++at) {
    if (at->second->running) continue;
    if (oldest == followers_.end() || at->second->asked_at < oldest->second->asked_at) oldest = at;
  }
  if (oldest == followers_.end()) return false;
  followers_.erase(oldest);
  return true;
}

Task<void> Followers::run(FollowerPtr follower) {
  std::exception_ptr failed;
  try {
    while (!follower->askers.empty() && !follower->dropped) {
      // Whoever asks from now on may know of a chunk that this round does not see.
      follower->answered = std::exchange(follower->askers, {});
      co_await catch_up(follower);
      follower->answer();
    }
  } catch (...) {
    failed = std::current_exception();
    forget(follower->id);  // whoever asks next begins anew
  }
  follower->running = false;
  follower->answer();
  follower->answered = std::exchange(follower->askers, {});
  follower->answer();
  if (failed) std::rethrow_exception(failed);  // logged by the group
}

/// Folds what is stored.
Task<void> Followers::catch_up(FollowerPtr follower) {
  const auto now = now_();
  const auto seqs = co_await archive_.seqs_from(follower->id, follower->plan.first_absent());
  if (follower->plan.count() == 0) {
    follower->plan = FoldPlan(std::set<std::int64_t>(seqs.begin(), seqs.end()));
  }
  for (const std::int64_t seq : seqs) follower->plan.on_stored(seq, now);
  for (std::vector<std::int64_t> batch; !follower->dropped;) {
    const FoldPlan::Step step = follower->plan.next(now);
    const auto* next = std::get_if<FoldPlan::Fold>(&step);
    if (next != nullptr) batch.push_back(next->seq);
    if (next == nullptr || batch.size() == kFollowReads) {
      co_await fold(follower, std::exchange(batch, {}));
    }
    if (next != nullptr) continue;
    const bool skips = std::holds_alternative<FoldPlan::Skip>(step);
    if (!skips && !std::holds_alternative<FoldPlan::Restart>(step)) break;
    follower->changed = true;
    if (skips) {
      if (follower->fold) co_await folds_.run([&follower] { follower->fold->skip(); });
    } else {
      follower->folded = 0;
      co_await folds_.run([&follower] { follower->fold.reset(); });
    }
  }
  co_await show(follower);
}

/// One chunk; null when it cannot be read.
Task<void> Followers::read_into(RecordingId id, std::int64_t seq,
                                std::shared_ptr<const archive::StoredChunk>& chunk) {
  chunk = co_await read_chunk(archive_, folds_, std::move(id), seq);
}

Task<void> Followers::fold(FollowerPtr follower, std::vector<std::int64_t> seqs) {
  if (seqs.empty()) co_return;
  std::vector<std::shared_ptr<const archive::StoredChunk>> chunks(seqs.size());
  std::vector<Task<void>> reads;
  reads.reserve(seqs.size());
  for (std::size_t i = 0; i < seqs.size(); ++i) {
    reads.push_back(read_into(follower->id, seqs[i], chunks[i]));
  }
  co_await run_together(std::move(reads));
  for (std::size_t i = 0; i < seqs.size(); ++i) {
    if (!chunks[i]) continue;  // damaged: the archive has noted it, and here it is a gap
    bool begun = false;
    // In slices, so that other recordings get their turn in the pool.
    for (bool done = false; !done && !follower->dropped;) {
      done = co_await folds_.run([&] {
        if (!follower->fold) {
          follower->fold = std::make_unique<recording::Fold>(
              recording::FoldOptions{.render_sound = false}, nullptr);
        }
        if (!std::exchange(begun, true)) follower->fold->begin(chunks[i]->content, seqs[i]);
        return follower->fold->work();
      });
    }
    ++follower->folded;
    follower->changed = true;
    const bool due = now_() - follower->shown_at >= kShowEvery;
    if (due && follower->folded > follower->shown) co_await show(follower);
  }
}

/// Makes a look of what is folded.
Task<void> Followers::show(FollowerPtr follower) {
  if (!follower->fold || follower->dropped || !std::exchange(follower->changed, false)) co_return;
  auto look = co_await folds_.run(
      [&follower] { return std::make_shared<const View>(follower->fold->view()); });
  if (follower->dropped) co_return;
  follower->look = std::move(look);
  follower->shown = follower->folded;
  follower->shown_at = now_();
}

void Followers::forget(const RecordingId& id) {
  const auto found = followers_.find(id.value);
  if (found == followers_.end()) return;
  found->second->dropped = true;
  found->second->look.reset();
  followers_.erase(found);
}

void Followers::drop_idle() {
  const auto idle_since = now_() - kFollowIdle;
  std::erase_if(followers_, [idle_since](const auto& one) {
    return !one.second->running && one.second->asked_at <= idle_since;
  });
}

std::vector<std::string> Followers::kept() const {
  std::vector<std::string> ids;
  ids.reserve(followers_.size());
  for (const auto& [id, follower] : followers_) ids.push_back(id);
  return ids;
}

Task<void> Followers::close(Deadline deadline) {
  for (const auto& [id, follower] : followers_) follower->dropped = true;
  followers_.clear();
  co_await tasks_.join(deadline);
}

}  // namespace reprise::playback
