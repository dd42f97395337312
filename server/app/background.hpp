#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include "base/async.hpp"

namespace reprise::app {

/// One thread for work without a request: folds, the sweep, the first check of the store.
class Background {
 public:
  Background()
      : work_(boost::asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
  ~Background() {
    work_.reset();
    context_.stop();
    thread_.join();
  }
  boost::asio::any_io_executor executor() { return context_.get_executor(); }
  /// Runs a task on that thread and waits for it. Must not be called on that thread.
  void wait_for(Task<void> task) {
    boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future).get();
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace reprise::app
