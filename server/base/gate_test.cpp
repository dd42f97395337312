#include "base/gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "base/run_alone.hpp"

namespace reprise {
namespace {

using namespace std::chrono_literals;

Task<void> pass(Gate& gate, std::vector<int>& order, int name) {
  const auto place = co_await gate.enter(Deadline::after(10s));
  if (!place) co_return;
  order.push_back(name);
  co_await sleep_for(1ms);
}

TEST(Gate, LetsTasksInAsTheyCame) {
  boost::asio::io_context context;
  Gate gate(1);
  std::vector<int> order;
  for (int name = 0; name < 5; ++name) {
    boost::asio::co_spawn(context, pass(gate, order, name), boost::asio::detached);
  }
  context.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Gate, WhoeverWaitsTooLongGoesWithoutAPlace) {
  Gate gate(1);
  auto held = gate.try_enter();
  ASSERT_TRUE(held.has_value());
  EXPECT_FALSE(gate.try_enter().has_value());
  EXPECT_FALSE(run_alone(gate.enter(Deadline::after(5ms))).has_value());
  held.reset();
  EXPECT_TRUE(run_alone(gate.enter(Deadline::after(5ms))).has_value());
  EXPECT_TRUE(gate.try_enter().has_value()) << "the place came back";
}

TEST(Gate, AWaitingTaskThatIsDestroyedLeavesTheQueue) {
  Gate gate(1);
  auto held = gate.try_enter();
  std::vector<int> order;
  {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, pass(gate, order, 1), boost::asio::detached);
    context.poll();
  }
  held.reset();
  EXPECT_TRUE(gate.try_enter().has_value());
  EXPECT_TRUE(order.empty());
}

Task<void> crowd(Gate& gate, std::atomic<int>& inside, std::atomic<int>& most,
                 std::atomic<int>& passed) {
  const auto place = co_await gate.enter(Deadline::after(20s));
  if (!place) co_return;
  const int now = ++inside;
  int seen = most;
  while (now > seen && !most.compare_exchange_weak(seen, now)) {
  }
  co_await sleep_for(1ms);
  --inside;
  ++passed;
}

TEST(Gate, HoldsItsLimitAcrossThreads) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 50;
  Gate gate(3);
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> passed = 0;
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      boost::asio::io_context context;
      for (int task = 0; task < kTasks; ++task) {
        boost::asio::co_spawn(context, crowd(gate, inside, most, passed), boost::asio::detached);
      }
      // Those of other threads post here until they are through.
      const auto guard = boost::asio::make_work_guard(context);
      while (passed < kThreads * kTasks) context.run_for(5ms);
    });
  }
  threads.clear();
  EXPECT_EQ(passed, kThreads * kTasks);
  EXPECT_EQ(most, 3);
}

}  // namespace
}  // namespace reprise
