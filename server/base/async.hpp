#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <variant>

#include "base/types.hpp"

namespace reprise {

/// A coroutine on an Asio executor. It takes its parameters by value; only services that outlive it
/// come by reference. A lambda that captures must not be a coroutine (clang-tidy checks that).
template <class T>
using Task = boost::asio::awaitable<T>;

/// For which trace a call is made (W3C Trace Context): ids in hexadecimal digits.
struct CallTrace {
  std::array<char, 32> trace_id = {};
  std::array<char, 16> span_id = {};  ///< of whoever calls
  bool sampled = true;                ///< whether whoever began the trace keeps it
};

/// A point on the steady clock after which a wait gives up. Every call that may wait takes one, so
/// it also says for which trace the call is made.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  static Deadline after(Clock::duration wait) { return Deadline{Clock::now() + wait}; }
  static Deadline never() { return Deadline{Clock::time_point::max()}; }
  Clock::time_point at() const { return at_; }
  bool passed() const { return Clock::now() >= at_; }
  /// Empty: the call is made for nobody's request.
  const std::optional<CallTrace>& trace() const { return trace_; }
  /// The same time, for this trace.
  Deadline for_trace(std::optional<CallTrace> trace) const {
    Deadline made = *this;
    made.trace_ = trace;
    return made;
  }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
  std::optional<CallTrace> trace_;
};

/// Waits on the caller's executor; returns early (without an error) when cancelled.
Task<void> sleep_for(std::chrono::steady_clock::duration wait);

/// Owns coroutines, so that none runs without an owner. Call `spawn` from any thread, and all other
/// members on the one thread of `executor`.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor);
  ~TaskGroup();  ///< asserts that nothing runs any more: `join` first
  /// Starts a task. An exception that leaves it is logged with `name` and ends only that task. Any
  /// thread.
  void spawn(const char* name, Task<void> task);
  /// Cancels every task at its current wait.
  void cancel();
  /// Waits until all are done; cancels what still runs at the deadline.
  Task<void> join(Deadline deadline);
  std::size_t running() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the completion handlers of running tasks
};

/// Threads for work that blocks (SQLite, files, media). No work is dropped or refused. A coroutine
/// that runs work waits for it, so the queue holds at most one piece of work for each coroutine
/// that may wait: one for each connection, whose number `connections_max` bounds, and one for each
/// fold.
class BlockingPool {
 public:
  /// `niceness`: is added to the niceness of the process for these threads, 0 … 19.
  BlockingPool(const char* name, std::size_t threads, int niceness = 0);
  ~BlockingPool();  ///< asserts that `close` was called
  /// Runs `work` on a pool thread and resumes on the caller's executor. Rethrows what `work`
  /// throws.
  template <class Work>
  Task<std::invoke_result_t<Work>> run(Work work);
  /// Runs work for which no caller waits. `work` must not throw. Any thread.
  void post(std::function<void()> work);
  /// Finishes what is queued and joins the threads. Blocks. Idempotent.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with queued work
  Task<void> run_erased(std::function<void()> work);
};

template <class Work>
Task<std::invoke_result_t<Work>> BlockingPool::run(Work work) {
  using Value = std::invoke_result_t<Work>;
  if constexpr (std::is_void_v<Value>) {
    co_await run_erased(std::move(work));
  } else {
    auto slot = std::make_shared<std::optional<Value>>();  // shared with the queued work
    auto held = std::make_shared<Work>(std::move(work));
    std::function<void()> job = [slot, held] { slot->emplace((*held)()); };
    co_await run_erased(std::move(job));
    co_return std::move(**slot);
  }
}

}  // namespace reprise
