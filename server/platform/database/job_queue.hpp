#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>

#include "base/async.hpp"
#include "platform/database/database.hpp"

// How work comes from coroutines to the threads of a database, whatever its engine.
namespace reprise::database {

/// A write or a read that waits. `done` resumes the caller; any thread.
struct Job {
  std::function<bool(Transaction&)> work;
  std::function<void(std::exception_ptr)> done;
  bool alone = false;  ///< outside of any transaction, after the others
};

/// Jobs from any thread to the threads of the database. As long as there are coroutines that may
/// wait.
class JobQueue {
 public:
  /// Not after `close`.
  void push(Job job);
  /// Waits for work; up to `count_max` jobs at once. Empty: closed and drained.
  std::deque<Job> take(std::size_t count_max);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  bool closing_ = false;
};

/// Queues a job and resumes the awaiting coroutine on its own executor. Not cancellable: an outcome
/// that nobody waits for would be a guess.
Task<void> run_in(JobQueue& queue, std::function<bool(Transaction&)> work, bool alone = false);

}  // namespace reprise::database
