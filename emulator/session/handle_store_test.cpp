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
};

TEST_F(Handles, ResumeAClosedSessionWithItsContext) {
  const std::uint64_t session = store.open();
  const std::string handle = store.offer(session, {.prompt_text = 7}, now);
  EXPECT_EQ(store.resume(handle, now).error(), ResumeError::StillOpen);
  store.closed(session);
  const auto resumed = store.resume(handle, now);
  ASSERT_TRUE(resumed.has_value());
  EXPECT_EQ(resumed->session, session);
  EXPECT_EQ(resumed->context.prompt_text, 7);
  EXPECT_EQ(store.resume(handle, now).error(), ResumeError::StillOpen);
}

TEST_F(Handles, LiveForTwoHours) {
  const std::uint64_t session = store.open();
  store.closed(session);
  const std::string handle = store.offer(session, {}, now);
  const auto later = now + HandleStore::kHandleLife + std::chrono::seconds(1);
  EXPECT_EQ(store.resume(handle, later).error(), ResumeError::NotFound);
  EXPECT_EQ(store.resume("made up", now).error(), ResumeError::NotFound);
}

TEST_F(Handles, AreAllDifferent) {
  const std::uint64_t session = store.open();
  EXPECT_NE(store.offer(session, {}, now), store.offer(session, {}, now));
}

}  // namespace
}  // namespace reprise::emulator
