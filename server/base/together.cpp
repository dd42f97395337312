#include "base/together.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "base/uncancelled.hpp"

namespace reprise {
namespace {

Task<void> keep_failure(Task<void> task, std::exception_ptr& failed) {
  try {
    co_await std::move(task);
  } catch (...) {
    failed = std::current_exception();
  }
}

Task<void> run_all(std::vector<Task<void>> tasks) {
  TaskGroup group(co_await boost::asio::this_coro::executor);
  std::vector<std::exception_ptr> failed(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    group.spawn("together", keep_failure(std::move(tasks[i]), failed[i]));
  }
  co_await group.join(Deadline::never());  // each task has a deadline
  for (std::exception_ptr& one : failed) {
    if (one) std::rethrow_exception(std::move(one));
  }
}

}  // namespace

Task<void> run_together(std::vector<Task<void>> tasks) {
  co_await uncancelled(run_all(std::move(tasks)));
}

}  // namespace reprise
