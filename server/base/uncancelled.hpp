#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.hpp"

namespace reprise {

/// Runs a task on the caller's executor. A cancellation of the caller does not reach the task,
/// which ends by its own deadline. This is for a task that owns a TaskGroup: it must live until it
/// has joined the group, and joining would switch cancellation off for the caller as well.
template <class T>
Task<T> uncancelled(Task<T> task) {
  co_return co_await boost::asio::co_spawn(
      co_await boost::asio::this_coro::executor, std::move(task),
      boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(),
                                          boost::asio::use_awaitable));
}

}  // namespace reprise
