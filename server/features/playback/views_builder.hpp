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

// Inside of Views: only the sources of Views include it.
namespace reprise::playback {

/// The fold of one recording. Its coroutine owns all members. It uses them on the executor or,
/// while it waits for a pool, in the pool. Other code only leaves requests, on the executor.
struct Views::Builder {
  Builder(session::RecordingId of, jobs::Wish why, const boost::asio::any_io_executor& executor)
      : id(std::move(of)), wish(why), timer(executor), ended(executor) {
    timer.expires_at(boost::asio::steady_timer::time_point::max());
    ended.expires_at(boost::asio::steady_timer::time_point::max());
  }

  const session::RecordingId id;
  const jobs::Wish wish;            // why the job of the fold is taken
  bool has_job = false;             // this node folds the recording
  bool asked_now = false;           // by a request that need not wait for the job's time
  boost::asio::steady_timer timer;  // cancelled to wake the coroutine
  boost::asio::steady_timer ended;  // cancelled when the coroutine is over
  bool signalled = true;
  bool look_up = false;  // another node may have stored chunks
  bool woken = false;  // since the last read of the archive began, which may have missed the reason
  std::atomic<bool> stopping = false;  // also read in the pool, between slices
  // Chunks to be folded.
  std::map<std::int64_t, std::shared_ptr<const archive::StoredChunk>> waiting;
  std::vector<std::int64_t> arrived;  // stored since the last read of the archive
  std::list<boost::asio::steady_timer*>
      lookers;  // timers of coroutines that wait for a look; a new look cancels them
  std::shared_ptr<const recording::View> look;  // owned by the builder and its readers
  std::optional<FoldPlan> plan;
  std::int64_t version = 1;
  std::int64_t chunks_folded = 0;
  bool caught_up = false;  // all that was stored when the fold began is folded

  std::unique_ptr<media::ViewMediaWriter> writer;
  std::unique_ptr<media::StillsMaker> stills;  // destroyed before its sink, the writer
  std::unique_ptr<recording::Fold> fold;       // destroyed before its sink, the stills

  /// Drops what is folded so far.
  void drop_fold() {
    fold.reset();
    stills.reset();
    writer.reset();
  }
};

}  // namespace reprise::playback
