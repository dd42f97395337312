#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>

#include "base/async.hpp"
#include "platform/database/database.hpp"

// Hands work from coroutines over to the threads of a database. Both engines use it.
namespace reprise::database {

/// A write or a read in the queue. `done` resumes the caller; any thread may call it.
struct Job {
  std::function<bool(Transaction&)> work;
  std::function<void(std::exception_ptr)> done;
  bool alone = false;  ///< to run outside of a transaction, after the other jobs of its group
};

/// Carries jobs from any thread to the threads of the database. Must live as long as any coroutine
/// that may wait for a job.
class JobQueue {
 public:
  /// Must not be called after `close`.
  void push(Job job);
  /// Waits for work and returns up to `count_max` jobs. An empty answer means: closed, and no job
  /// is left.
  std::deque<Job> take(std::size_t count_max);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  bool closing_ = false;
};

/// Queues a job and resumes the awaiting coroutine on its own executor. Cannot be cancelled: the
/// caller could only guess whether the work was done.
Task<void> run_in(JobQueue& queue, std::function<bool(Transaction&)> work, bool alone = false);

}  // namespace reprise::database
