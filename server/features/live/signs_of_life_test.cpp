#include "features/live/signs_of_life.hpp"

#include <gtest/gtest.h>

namespace reprise::live {
namespace {

using std::chrono::seconds;
using Silent = std::vector<std::string>;

class SignsOfLifeTest : public testing::Test {
 protected:
  SignsOfLife::Clock::time_point at(int second) const { return begin_ + seconds(second); }
  SignsOfLife signs_;
  const SignsOfLife::Clock::time_point begin_ = SignsOfLife::Clock::now();
};

TEST_F(SignsOfLifeTest, WhoStopsIsNamedOnce) {
  signs_.seen("a", at(0));
  signs_.seen("b", at(0));
  signs_.seen("b", at(20));
  EXPECT_EQ(signs_.take_silent(at(30)), Silent{});
  EXPECT_EQ(signs_.take_silent(at(31)), Silent{"a"});
  EXPECT_EQ(signs_.take_silent(at(40)), Silent{});
  EXPECT_EQ(signs_.take_silent(at(51)), Silent{"b"});
}

TEST_F(SignsOfLifeTest, WhoNeverSpokeOrHasEndedIsNotMissed) {
  signs_.seen("a", at(0));
  signs_.forget("a");
  EXPECT_EQ(signs_.take_silent(at(1000)), Silent{});
}

TEST_F(SignsOfLifeTest, MoreThanCanBeWatchedAreNot) {
  for (std::size_t i = 0; i <= kWatchedTalksMax; ++i) signs_.seen(std::to_string(i), at(0));
  signs_.seen("0", at(20));
  EXPECT_EQ(signs_.take_silent(at(31)).size(), kWatchedTalksMax - 1);
}

}  // namespace
}  // namespace reprise::live
