#include "base/together.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <string>

#include "base/gate.hpp"
#include "base/run_alone.hpp"

namespace reprise {
namespace {

Task<void> say(std::string& said, char word) {
  said += word;
  co_await sleep_for({});
  said += word;
}

Task<void> fail_with(const char* what) {
  co_await sleep_for({});
  throw std::runtime_error(what);
}

Task<void> say_both(std::string& said) {
  std::vector<Task<void>> tasks;
  tasks.push_back(say(said, 'a'));
  tasks.push_back(say(said, 'b'));
  co_await run_together(std::move(tasks));
  said += '.';
}

TEST(Together, TasksRunAtTheSameTimeAndAllAreWaitedFor) {
  std::string said;
  run_alone(say_both(said));
  EXPECT_EQ(said, "abab.");
}

TEST(Together, NoTasksEndAtOnce) { run_alone(run_together({})); }

TEST(Together, TheFirstFailureInTheListIsRethrownWhenAllHaveEnded) {
  std::string said;
  std::vector<Task<void>> tasks;
  tasks.push_back(say(said, 'a'));
  tasks.push_back(fail_with("one"));
  tasks.push_back(fail_with("two"));
  tasks.push_back(say(said, 'b'));
  try {
    run_alone(run_together(std::move(tasks)));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "one");
  }
  EXPECT_EQ(said, "abab");
}

Task<void> pass(Gate& gate, std::string& said) {
  const auto place = co_await gate.enter(Deadline::never());
  said += place ? 'p' : 'x';
}

Task<void> pass_together(Gate& gate, std::string& said) {
  std::vector<Task<void>> tasks;
  tasks.push_back(pass(gate, said));
  co_await run_together(std::move(tasks));
}

TEST(Together, ACancelledCallerLeavesTheTasksAlone) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  Gate gate(1);
  auto held = gate.try_enter();
  std::string said;
  boost::asio::co_spawn(
      context, pass_together(gate, said),
      boost::asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  context.run_for(std::chrono::milliseconds(1));
  signal.emit(boost::asio::cancellation_type::terminal);
  context.run_for(std::chrono::milliseconds(1));
  EXPECT_EQ(said, "");
  held.reset();
  context.restart();
  context.run();
  EXPECT_EQ(said, "p");
}

}  // namespace
}  // namespace reprise
