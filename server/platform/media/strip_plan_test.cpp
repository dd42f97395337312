#include "platform/media/strip_plan.hpp"

#include <gmock/gmock.h>

namespace reprise::media {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Offers a picture every second for `seconds`; returns how many were taken.
int offer(StripPlan& plan, std::int64_t seconds) {
  int taken = 0;
  for (std::int64_t second = 0; second < seconds; ++second) {
    if (!plan.wants(second * kSecond)) continue;
    plan.add(second * kSecond);
    ++taken;
  }
  return taken;
}

TEST(StripPlan, TakesPicturesTwoSecondsApart) {
  StripPlan plan;
  offer(plan, 6);
  EXPECT_THAT(plan.times_ns(), testing::ElementsAre(0, 2 * kSecond, 4 * kSecond));
}

TEST(StripPlan, TakesPicturesThatComeALittleEarly) {
  StripPlan plan;
  for (std::int64_t n = 0; n < 5; ++n) {
    EXPECT_TRUE(plan.wants(n * 1'980'000'000)) << n;
    plan.add(n * 1'980'000'000);
  }
}

TEST(StripPlan, HasAsManyTilesAsFitAtAnyLength) {
  for (const std::int64_t seconds : {127, 128, 129, 300, 3600, 4 * 3600}) {
    StripPlan plan;
    offer(plan, seconds);
    const auto& times = plan.times_ns();
    EXPECT_LE(times.size(), kStripTilesMax) << seconds;
    EXPECT_GE(times.size(), kStripTilesMax / 2) << seconds;
    EXPECT_EQ(times.front(), 0) << seconds;
    for (std::size_t i = 2; i < times.size(); ++i) {
      EXPECT_EQ(times[i] - times[i - 1], times[1]) << seconds << " s, tile " << i;
    }
  }
}

TEST(StripPlan, LooksAtFewPicturesOfALongRecording) {
  StripPlan hour;
  EXPECT_LE(offer(hour, 3600), 230);
}

TEST(StripPlan, KeepsTheFirstOfEachPair) {
  std::vector<int> odd{0, 1, 2, 3, 4};
  keep_every_second(odd);
  EXPECT_THAT(odd, testing::ElementsAre(0, 2, 4));
  std::vector<int> even{0, 1};
  keep_every_second(even);
  EXPECT_THAT(even, testing::ElementsAre(0));
  std::vector<int> none;
  keep_every_second(none);
  EXPECT_THAT(none, testing::IsEmpty());
}

}  // namespace
}  // namespace reprise::media
