#include "platform/database/job_queue.hpp"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "base/assert.hpp"

namespace reprise::database {

namespace asio = boost::asio;

std::uint64_t JobQueue::push(Job job) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    REPRISE_ASSERT(!closing_);
    job.number = number = ++pushed_;
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return number;
}

void JobQueue::withdraw(std::uint64_t number) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(jobs_, number, &Job::number);
    if (found == jobs_.end()) return;  // it runs, or is over
    job = std::move(*found);
    jobs_.erase(found);
  }
  job.done(std::make_exception_ptr(
      DatabaseError(Failure::Busy, "its turn had not come at its deadline")));
}

std::deque<Job> JobQueue::take(std::size_t count_max) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
  std::deque<Job> taken;
  while (!jobs_.empty() && taken.size() < count_max) {
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  return taken;
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  ready_.notify_all();
}

Task<void> run_in(std::shared_ptr<JobQueue> queue, Deadline deadline,
                  std::function<bool(Transaction&)> work, bool alone) {
  if (deadline.passed()) throw DatabaseError(Failure::Busy, "called after its deadline");
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline.at());
  auto start = [&queue, &timer, deadline, alone](auto handler,
                                                 std::function<bool(Transaction&)> job) {
    auto guard = asio::make_work_guard(asio::get_associated_executor(handler));
    using Held = std::pair<decltype(handler), decltype(guard)>;
    // Shared, because std::function must be copyable; only the queued job owns it.
    auto held = std::make_shared<Held>(std::move(handler), std::move(guard));
    auto done = [held = std::move(held)](std::exception_ptr error) mutable {
      const auto executor = held->second.get_executor();
      asio::post(executor, [held = std::move(held), error = std::move(error)] {
        auto complete = std::move(held->first);
        complete(error);
      });
    };
    const auto number = queue->push(
        Job{.work = std::move(job), .done = std::move(done), .deadline = deadline, .alone = alone});
    // The queue is shared with this handler, which may run when the caller has gone.
    timer.async_wait([queue, number](const boost::system::error_code& cancelled) {
      if (!cancelled) queue->withdraw(number);
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
      std::move(start), asio::use_awaitable, std::move(work));
}

}  // namespace reprise::database
