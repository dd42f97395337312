#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "domain/recording/view/view.hpp"
#include "features/playback/steady_now.hpp"
#include "platform/archive/parts.hpp"

namespace reprise::playback {

/// How many recordings a node follows at once. The one that nobody asked for longest makes room.
inline constexpr std::size_t kFollowersMax = 32;
/// A recording that nobody has asked for in this time is not followed any more.
inline constexpr std::chrono::seconds kFollowIdle{30};
/// A request waits at most this long for what is stored to be folded. After that it gets what is
/// folded so far.
inline constexpr std::chrono::seconds kFollowWait{1};
/// How many chunks are read from the store at the same time for one follower.
inline constexpr std::size_t kFollowReads = 8;

/// With several nodes one of them folds a running recording, by lease. A node that is asked for it
/// and is not that one folds it too, in memory and only to read: texts without media, from the
/// chunks that the store has when it is asked. So each node answers by itself, also while the
/// folding one is being replaced. Everything on the thread of `executor`; archive and pool outlive
/// it.
class Followers {
 public:
  Followers(archive::Contents& archive, BlockingPool& folds,
            const boost::asio::any_io_executor& executor, SteadyNow now);
  ~Followers();

  /// What is folded of the chunks that are stored now, or, when that takes longer than kFollowWait,
  /// of the first of them. Null: of none yet. Whether the recording may be seen is asked before.
  Task<std::shared_ptr<const recording::View>> look(session::RecordingId id);
  /// What the last look has shown; null: there was none, or it is forgotten.
  std::shared_ptr<const recording::View> last(const session::RecordingId& id) const;
  /// Drops what is in memory of a recording.
  void forget(const session::RecordingId& id);
  /// Drops what nobody has asked for lately.
  void drop_idle();
  /// The recordings of which anything is in memory.
  std::vector<std::string> kept() const;
  /// Ends all. No `look` may come afterwards.
  Task<void> close(Deadline deadline);

 private:
  struct Follower;
  using FollowerPtr = std::shared_ptr<Follower>;  // owned by the map, its coroutine, and askers

  FollowerPtr follower_of(const session::RecordingId& id);
  bool make_room();
  Task<void> run(FollowerPtr follower);
  Task<void> catch_up(FollowerPtr follower);
  Task<void> fold(FollowerPtr follower, std::vector<std::int64_t> seqs);
  Task<void> show(FollowerPtr follower);
  Task<void> read_into(session::RecordingId id, std::int64_t seq,
                       std::shared_ptr<const archive::StoredChunk>& chunk);

  archive::Contents& archive_;
  BlockingPool& folds_;
  const boost::asio::any_io_executor executor_;
  const SteadyNow now_;
  TaskGroup tasks_;
  std::map<std::string, FollowerPtr> followers_;
};

}  // namespace reprise::playback
