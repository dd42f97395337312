#include "emulator/session/handle_store.hpp"

#include <gtest/gtest.h>

#include <random>

namespace reprise::emulator {
namespace {

class Handles : public testing::Test {
 protected:
  std::mt19937_64 random{1};
  HandleStore store{[this] { return random(); }};
  HandleStore::Clock::time_point now{std::chrono::hours(5)};
  std::string offer(std::uint64_t session, std::int64_t tokens = 0, Memory memory = {}) {
    return store.offer(
        {.session = session, .context = {.prompt_text = tokens}, .memory = std::move(memory)}, now);
  }
};

TEST_F(Handles, ResumeAClosedSessionWithItsContext) {
  const std::uint64_t session = store.open();
  const std::string handle = offer(session, 7);
  EXPECT_EQ(store.resume(handle, now).error(), ResumeError::StillOpen);
  store.closed(session);
  const auto resumed = store.resume(handle, now);
  ASSERT_TRUE(resumed.has_value());
  EXPECT_EQ(resumed->session, session);
  EXPECT_EQ(resumed->context.prompt_text, 7);
  EXPECT_EQ(store.resume(handle, now).error(), ResumeError::StillOpen);
}

TEST_F(Handles, KeepWhatWasSaidUntilTheyWereOffered) {
  const std::uint64_t session = store.open();
  Memory memory;
  memory.add("The box is green.");
  const std::string handle = offer(session, 0, memory);
  memory.add("The box is red.");
  offer(session, 0, memory);
  store.closed(session);
  auto resumed = store.resume(handle, now);
  ASSERT_TRUE(resumed.has_value());
  EXPECT_EQ(resumed->memory.answer_about("What did I say?"), "Before, you said: The box is green.");
}

TEST_F(Handles, LiveForTwoHours) {
  const std::uint64_t session = store.open();
  store.closed(session);
  const std::string handle = offer(session);
  const auto later = now + HandleStore::kHandleLife + std::chrono::seconds(1);
  EXPECT_EQ(store.resume(handle, later).error(), ResumeError::NotFound);
  EXPECT_EQ(store.resume("made up", now).error(), ResumeError::NotFound);
}

TEST_F(Handles, AreAllDifferent) {
  const std::uint64_t session = store.open();
  EXPECT_NE(offer(session), offer(session));
}

}  // namespace
}  // namespace reprise::emulator
