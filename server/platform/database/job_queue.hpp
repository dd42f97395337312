#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>

#include "base/async.hpp"
#include "platform/database/database.hpp"

// Hands work from coroutines over to the threads of a database. Both engines use it.
namespace reprise::database {

/// A write or a read in the queue. `done` resumes the caller; any thread may call it.
struct Job {
  std::function<bool(Transaction&)> work;
  std::function<void(std::exception_ptr)> done;
  Deadline deadline = Deadline::never();
  /// To run outside of a transaction, after the other jobs of its group.
  bool alone = false;
  std::uint64_t number = 0;  ///< set by the queue
};

/// Carries jobs from any thread to the threads of the database. Must live as long as any coroutine
/// that may wait for a job.
class JobQueue {
 public:
  /// Returns the job's number. Must not be called after `close`.
  std::uint64_t push(Job job);
  /// Removes a job that has not begun. Its caller gets the error Busy.
  void withdraw(std::uint64_t number);
  /// Waits for work and returns up to `count_max` jobs. Returns no job once the queue is closed and
  /// empty.
  std::deque<Job> take(std::size_t count_max);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  std::uint64_t pushed_ = 0;
  bool closing_ = false;
};

/// Queues a job and resumes the awaiting coroutine on its own executor: when the job has ended, or
/// at the deadline when it has not begun. Cannot be cancelled: the job refers to the caller's
/// frame, and the caller could only guess whether the work was done.
Task<void> run_in(std::shared_ptr<JobQueue> queue, Deadline deadline,
                  std::function<bool(Transaction&)> work, bool alone = false);

}  // namespace reprise::database
