#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <type_traits>

#include "base/assert.hpp"
#include "base/async.hpp"

namespace reprise {

template <class T>
Task<void> keep_value(Task<T> task, std::optional<T>& kept) {
  kept.emplace(co_await std::move(task));
}

/// One context for all calls of a thread. When a task has ended, a pool's thread may still be
/// inside of the post that woke it, so the context must not end with the task.
inline boost::asio::io_context& context_to_run_alone() {
  thread_local boost::asio::io_context context;
  REPRISE_ASSERT(!context.get_executor().running_in_this_thread());
  context.restart();
  return context;
}

/// Runs a task to its end on this thread and returns its value, or rethrows. For tests, tools and
/// the start of a program. Any pool that the task uses must end before this thread does. Not to be
/// called within a task.
template <class T>
T run_alone(Task<T> task) {
  boost::asio::io_context& context = context_to_run_alone();
  std::exception_ptr failed;
  const auto ended = [&failed](std::exception_ptr error) { failed = error; };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(context, std::move(task), ended);
    context.run();
    if (failed) std::rethrow_exception(failed);
  } else {
    std::optional<T> kept;
    boost::asio::co_spawn(context, keep_value(std::move(task), kept), ended);
    context.run();
    if (failed) std::rethrow_exception(failed);
    return std::move(*kept);
  }
}

}  // namespace reprise
