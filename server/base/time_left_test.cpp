#include "base/time_left.hpp"

#include <gtest/gtest.h>

namespace reprise {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TimeLeftTest, IsNegativeWhenTheDeadlineHasPassed) {
  EXPECT_LT(time_left(Deadline::after(seconds(-1))), milliseconds(-999));
  EXPECT_GT(time_left(Deadline::after(hours(1))), milliseconds(3'590'000));
  EXPECT_LE(time_left(Deadline::after(hours(1))), milliseconds(3'600'000));
  EXPECT_GT(time_left(Deadline::never()), hours(24 * 365));
}

TEST(TimeLeftTest, TheSoonerOneCounts) {
  EXPECT_TRUE(sooner_of(Deadline::after(seconds(-1)), hours(1)).passed());
  EXPECT_LE(time_left(sooner_of(Deadline::never(), hours(1))), hours(1));
  EXPECT_LE(time_left(sooner_of(Deadline::after(hours(1)), hours(2))), hours(1));
}

}  // namespace
}  // namespace reprise
