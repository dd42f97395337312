#include "base/async.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>

#include "base/run_alone.hpp"

namespace reprise {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Runs `task` to its end on a fresh context; an exception that leaves it fails the test.
void run(asio::io_context& context, Task<void> task) {
  asio::co_spawn(context, std::move(task), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  context.run();
}

Task<void> wait_then_count(std::chrono::milliseconds wait, std::atomic<int>& ended) {
  co_await sleep_for(wait);
  ++ended;
}

Task<void> wait_for_ever(std::atomic<int>& cancelled) {
  try {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await timer.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) ++cancelled;
    throw;
  }
}

Task<void> fail_with(const char* what) {
  co_await sleep_for(0ms);
  throw std::runtime_error(what);
}

Task<void> join_group(TaskGroup& group, Deadline deadline) { co_await group.join(deadline); }

TEST(TaskGroup, JoinWaitsForWhatRuns) {
  asio::io_context context;
  TaskGroup group(context.get_executor());
  std::atomic<int> ended = 0;
  for (int i = 0; i < 3; ++i)
    group.spawn("count", wait_then_count(std::chrono::milliseconds(i), ended));
  EXPECT_EQ(group.running(), 3u);
  run(context, join_group(group, Deadline::never()));
  EXPECT_EQ(ended, 3);
  EXPECT_EQ(group.running(), 0u);
}

TEST(TaskGroup, TheDeadlineCancelsAndStillWaits) {
  asio::io_context context;
  TaskGroup group(context.get_executor());
  std::atomic<int> cancelled = 0;
  group.spawn("waits", wait_for_ever(cancelled));
  group.spawn("waits", wait_for_ever(cancelled));
  run(context, join_group(group, Deadline::after(1ms)));
  EXPECT_EQ(cancelled, 2);
}

TEST(TaskGroup, CancelledBeforeItRanATaskEndsToo) {
  asio::io_context context;
  TaskGroup group(context.get_executor());
  std::atomic<int> cancelled = 0;
  group.spawn("waits", wait_for_ever(cancelled));
  run(context, join_group(group, Deadline::after(-1ms)));
  EXPECT_EQ(group.running(), 0u);
}

TEST(TaskGroup, AFailureIsLoggedWithItsNameAndEndsOnlyThatTask) {
  asio::io_context context;
  TaskGroup group(context.get_executor());
  std::atomic<int> ended = 0;
  testing::internal::CaptureStderr();
  group.spawn("broken", fail_with("no disk"));
  group.spawn("count", wait_then_count(1ms, ended));
  run(context, join_group(group, Deadline::never()));
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_EQ(ended, 1);
  EXPECT_NE(logged.find(R"("task":"broken","what":"no disk")"), std::string::npos) << logged;
}

TEST(TaskGroup, SpawnsFromAnyThread) {
  asio::io_context context;
  auto guard = asio::make_work_guard(context);
  std::thread loop([&] { context.run(); });
  auto group = std::make_unique<TaskGroup>(context.get_executor());
  std::atomic<int> ended = 0;
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) group->spawn("count", wait_then_count(0ms, ended));
    });
  }
  for (auto& thread : threads) thread.join();
  asio::co_spawn(context, join_group(*group, Deadline::never()),
                 [&](std::exception_ptr) { guard.reset(); });
  loop.join();
  EXPECT_EQ(ended, 400);
}

TEST(TaskGroupDeathTest, MustBeJoinedBeforeItGoes) {
  EXPECT_DEATH(
      {
        asio::io_context context;
        std::atomic<int> ended = 0;
        TaskGroup group(context.get_executor());
        group.spawn("count", wait_then_count(1ms, ended));
      },
      "running == 0");
}

Task<void> use_pool(BlockingPool& pool, std::vector<std::string>& log) {
  const auto loop = std::this_thread::get_id();
  std::thread::id worker;
  const int value = co_await pool.run([&] {
    worker = std::this_thread::get_id();
    return 42;
  });
  if (value == 42 && worker != loop && std::this_thread::get_id() == loop) log.push_back("value");
  co_await pool.run([&] { log.push_back("void"); });
  try {
    co_await pool.run([]() -> int { throw std::runtime_error("broken"); });
  } catch (const std::runtime_error& error) {
    log.push_back(error.what());
  }
  auto owned = co_await pool.run([] { return std::make_unique<int>(7); });
  if (*owned == 7) log.push_back("move-only");
}

TEST(BlockingPool, RunsElsewhereAndResumesHere) {
  asio::io_context context;
  BlockingPool pool("test", 1);
  std::vector<std::string> log;
  run(context, use_pool(pool, log));
  EXPECT_EQ(log, (std::vector<std::string>{"value", "void", "broken", "move-only"}));
  pool.close();
}

TEST(BlockingPool, CloseFinishesWhatIsQueued) {
  BlockingPool pool("test", 2);
  std::atomic<int> done = 0;
  for (int i = 0; i < 1000; ++i) pool.post([&] { ++done; });
  pool.close();
  EXPECT_EQ(done, 1000);
}

TEST(BlockingPool, ANicePoolLeavesOtherThreadsAsTheyAre) {
  const int before = ::getpriority(PRIO_PROCESS, 0);
  BlockingPool pool("test", 1, 5);
  std::atomic<int> within = -1;
  pool.post([&] { within = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); });
  pool.close();
  EXPECT_EQ(within, std::min(before + 5, 19));
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())), before);
}

Task<void> run_slow(BlockingPool& pool, std::atomic<bool>& release, std::atomic<bool>& ended) {
  bool in_frame = false;
  co_await pool.run([&] {
    while (!release) std::this_thread::yield();
    in_frame = true;
  });
  ended = in_frame;
}

TEST(BlockingPool, ACancelledCallerWaitsForTheWorkThatUsesItsFrame) {
  asio::io_context context;
  BlockingPool pool("test", 1);
  TaskGroup group(context.get_executor());
  std::atomic<bool> release = false;
  std::atomic<bool> ended = false;
  group.spawn("slow", run_slow(pool, release, ended));
  context.poll();
  group.cancel();
  context.poll();
  EXPECT_EQ(group.running(), 1u);
  release = true;
  context.restart();
  run(context, join_group(group, Deadline::never()));
  EXPECT_TRUE(ended);
  pool.close();
}

Task<int> ask_pool(BlockingPool& pool, int value) {
  co_return co_await pool.run([value] { return value; });
}

/// The failure would be a race, which ThreadSanitizer finds.
TEST(RunAlone, EndsWhileThePoolThatWokeItIsStillOnItsWayOut) {
  BlockingPool pool("test", 2);
  int sum = 0;
  for (int i = 1; i <= 500; ++i) sum += run_alone(ask_pool(pool, i));
  EXPECT_EQ(sum, 125'250);
  pool.close();
}

Task<int> fail_in_pool(BlockingPool& pool) {
  co_return co_await pool.run([]() -> int { throw std::runtime_error("broken"); });
}

TEST(RunAlone, RethrowsAndRunsTheNext) {
  BlockingPool pool("test", 1);
  EXPECT_THROW(run_alone(fail_in_pool(pool)), std::runtime_error);
  EXPECT_EQ(run_alone(ask_pool(pool, 7)), 7);
  pool.close();
}

}  // namespace
}  // namespace reprise
