#include "platform/gemini/peer_clock.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace reprise::gemini {
namespace {

using std::chrono::seconds;
constexpr std::int64_t kSecond = 1'000'000'000;
const std::int64_t kNow = *parse_rfc3339("2026-11-24T10:00:00Z");

struct ClockCase {
  const char* name;
  const char* date;
  seconds way;  ///< time between request and answer
  bool moved;
  seconds ahead;
};
class PeerClockTest : public testing::TestWithParam<ClockCase> {};
TEST_P(PeerClockTest, LearnsHowFarItIsOff) {
  PeerClock clock;
  const std::int64_t back = kNow + GetParam().way.count() * kSecond;
  EXPECT_EQ(clock.learn(GetParam().date, kNow, back), GetParam().moved);
  EXPECT_EQ(clock.ahead(), GetParam().ahead);
}
INSTANTIATE_TEST_SUITE_P(
    Dates, PeerClockTest,
    testing::Values(
        ClockCase{"Same", "Tue, 24 Nov 2026 10:00:00 GMT", seconds(0), false, seconds(0)},
        ClockCase{"Slack", "Tue, 24 Nov 2026 10:00:04 GMT", seconds(0), false, seconds(-4)},
        ClockCase{"OursIsSlow", "Tue, 24 Nov 2026 10:02:00 GMT", seconds(0), true, seconds(-120)},
        ClockCase{"OursIsFast", "Tue, 24 Nov 2026 09:58:00 GMT", seconds(0), true, seconds(119)},
        ClockCase{"SlowWay", "Tue, 24 Nov 2026 10:00:04 GMT", seconds(8), false, seconds(0)},
        ClockCase{"AYear", "Mon, 24 Nov 2025 10:00:00 GMT", seconds(0), true, seconds(31535999)},
        ClockCase{"NoDate", "", seconds(0), false, seconds(0)}),
    [](const auto& tested) { return tested.param.name; });

TEST(PeerClockTest, AppliesWhatItLearnedAndMovesOnce) {
  PeerClock clock;
  const char* date = "Tue, 24 Nov 2026 10:02:00 GMT";
  EXPECT_TRUE(clock.learn(date, kNow, kNow));
  EXPECT_EQ(rfc3339(clock.at(kNow)), "2026-11-24T10:02:00.500Z");
  EXPECT_FALSE(clock.learn(date, kNow, kNow));
}

}  // namespace
}  // namespace reprise::gemini
