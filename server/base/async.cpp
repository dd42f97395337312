#include "base/async.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace reprise {
namespace asio = boost::asio;

Task<void> sleep_for(std::chrono::steady_clock::duration wait) {
  asio::steady_timer timer(co_await asio::this_coro::executor, wait);
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

struct TaskGroup::State {
  explicit State(asio::any_io_executor on) : executor(std::move(on)), changed(executor) {}

  asio::any_io_executor executor;
  std::list<asio::cancellation_signal> signals;  // one per started task; on the executor only
  asio::steady_timer changed;                    // cancelled to wake `join`; on the executor only
  std::atomic<std::size_t> running{0};

  void cancel() {
    // A task may end while its signal is emitted, and then removes the signal from the list.
    for (auto signal = signals.begin(); signal != signals.end();) {
      (signal++)->emit(asio::cancellation_type::terminal);
    }
  }
};

namespace {

void log_escaped(const char* name, std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) return;  // cancellation is normal
    log::error("task.failed", {{"task", name}, {"what", failure.what()}});
  } catch (const std::exception& failure) {
    log::error("task.failed", {{"task", name}, {"what", failure.what()}});
  } catch (...) {
    log::error("task.failed", {{"task", name}, {"what", "not a std::exception"}});
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

// NOLINTNEXTLINE(bugprone-exception-escape): only the log line of a broken assertion could throw
TaskGroup::~TaskGroup() { REPRISE_ASSERT(state_->running == 0); }

void TaskGroup::spawn(const char* name, Task<void> task) {
  ++state_->running;
  asio::dispatch(state_->executor, [state = state_, name, task = std::move(task)]() mutable {
    const auto signal = state->signals.emplace(state->signals.end());
    auto ended = [state, signal, name](std::exception_ptr error) {
      if (error) log_escaped(name, error);
      state->signals.erase(signal);
      if (--state->running == 0) state->changed.cancel();
    };
    asio::co_spawn(state->executor, std::move(task),
                   asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
  });
}

void TaskGroup::cancel() { state_->cancel(); }

Task<void> TaskGroup::join(Deadline deadline) {
  constexpr std::chrono::milliseconds kCancelAgain{100};  // for tasks that start after the deadline
  const std::shared_ptr<State> state = state_;
  // The tasks must end even when the joining coroutine is cancelled itself.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  while (state->running > 0) {
    const bool late = deadline.passed();
    if (late) state->cancel();
    if (state->running == 0) break;
    state->changed.expires_at(late ? Deadline::Clock::now() + kCancelAgain : deadline.at());
    boost::system::error_code woken;
    co_await state->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

std::size_t TaskGroup::running() const { return state_->running; }

struct BlockingPool::State {
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<std::function<void()>> queue;
  bool closing = false;
  std::vector<std::thread> threads;

  void work() {
    for (;;) {
      std::function<void()> job;
      {
        std::unique_lock lock(mutex);
        ready.wait(lock, [this] { return closing || !queue.empty(); });
        if (queue.empty()) return;
        job = std::move(queue.front());
        queue.pop_front();
      }
      job();
    }
  }
};

namespace {

/// Changes this thread only (Linux; setpriority(2), "C library/kernel differences"). A failure is
/// ignored.
void make_nice(int more) {
  const auto thread = static_cast<id_t>(::gettid());
  ::setpriority(PRIO_PROCESS, thread, ::getpriority(PRIO_PROCESS, thread) + more);
}

}  // namespace

BlockingPool::BlockingPool(const char* name, std::size_t threads, int niceness)
    : state_(std::make_shared<State>()) {
  REPRISE_ASSERT(threads > 0);
  for (std::size_t i = 0; i < threads; ++i) {
    state_->threads.emplace_back([state = state_, niceness] {
      if (niceness != 0) make_nice(niceness);
      state->work();
    });
    pthread_setname_np(state_->threads.back().native_handle(),
                       std::string(name).substr(0, 15).c_str());
  }
}

// NOLINTNEXTLINE(bugprone-exception-escape): as above
BlockingPool::~BlockingPool() { REPRISE_ASSERT(state_->threads.empty()); }

void BlockingPool::post(std::function<void()> work) {
  {
    const std::lock_guard lock(state_->mutex);
    REPRISE_ASSERT(!state_->closing);
    state_->queue.push_back(std::move(work));
  }
  state_->ready.notify_one();
}

void BlockingPool::close() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->ready.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
  state_->threads.clear();
}

Task<void> BlockingPool::run_erased(std::function<void()> work) {
  // Not cancellable: `work` may refer to the caller's frame, so the frame must live until `work`
  // has ended.
  auto start = [this](auto handler, std::function<void()> job) {
    auto guard = asio::make_work_guard(asio::get_associated_executor(handler));
    // Shared, because std::function must be copyable; only the queued job owns it.
    using Held = std::pair<decltype(handler), decltype(guard)>;
    auto held = std::make_shared<Held>(std::move(handler), std::move(guard));
    post([held = std::move(held), job = std::move(job)]() mutable {
      std::exception_ptr error;
      try {
        job();
      } catch (...) {
        error = std::current_exception();
      }
      const auto executor = held->second.get_executor();
      // Moved: once the caller has resumed, this thread must hold nothing of its io_context, and
      // the exception ends where it is handled.
      asio::post(executor, [held = std::move(held), error = std::move(error)] {
        auto complete = std::move(held->first);
        complete(error);
      });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
      std::move(start), asio::use_awaitable, std::move(work));
}

}  // namespace reprise
