#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "domain/recording/fold/fold.hpp"
#include "features/playback/fold_plan.hpp"
#include "features/playback/views.hpp"
#include "platform/media/stills.hpp"
#include "platform/media/view_media.hpp"

// Inside of Views: only its sources include it.
namespace reprise::playback {

/// The fold of one recording. All of it belongs to its coroutine: on the executor, or in a pool
/// while the coroutine waits for that. Others leave wishes, on the executor.
struct Views::Builder {
  Builder(session::RecordingId of, const boost::asio::any_io_executor& executor)
      : id(std::move(of)), timer(executor), ended(executor) {
    timer.expires_at(boost::asio::steady_timer::time_point::max());
    ended.expires_at(boost::asio::steady_timer::time_point::max());
  }

  const session::RecordingId id;
  boost::asio::steady_timer timer;  // cancelled to wake the coroutine
  boost::asio::steady_timer ended;  // cancelled when the coroutine is over
  bool signalled = true;
  bool woken = false;  // since the last look at the archive began: it may have missed why
  std::atomic<bool> stopping = false;  // also read between and before slices in the pool
  std::map<std::int64_t, std::shared_ptr<const archive::StoredChunk>> waiting;  // to be folded
  std::vector<std::int64_t> arrived;  // stored since the last look
  std::list<boost::asio::steady_timer*>
      lookers;  // of coroutines that wait for a look; cancelled by it
  std::shared_ptr<const recording::View> look;  // owned by the builder and those who read it
  std::optional<FoldPlan> plan;
  std::int64_t version = 1;
  std::int64_t chunks_folded = 0;

  std::unique_ptr<media::ViewMediaWriter> writer;
  std::unique_ptr<media::StillsMaker> stills;  // goes before its sink, the writer
  std::unique_ptr<recording::Fold> fold;       // goes before its sink, the stills

  /// What is folded so far is not wanted any more.
  void drop_fold() {
    fold.reset();
    stills.reset();
    writer.reset();
  }
};

}  // namespace reprise::playback
