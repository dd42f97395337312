#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <type_traits>

#include "base/async.hpp"

namespace reprise {

template <class T>
Task<void> keep_value(Task<T> task, std::optional<T>& kept) {
  kept.emplace(co_await std::move(task));
}

/// The context of this thread, ready to run. Asserts that no task of it is running.
boost::asio::io_context& context_to_run_alone();

/// Runs a task to its end on this thread and returns its value, or rethrows. For tests, tools and
/// the start of a program. Not to be called within a task.
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
