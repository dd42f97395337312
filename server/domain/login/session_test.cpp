#include "domain/login/session.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kNow = 1'000'000 * kMinute;

TEST(Session, EndsTwelveHoursAfterTheLastRequest) {
  const SessionTimes times = times_at_login(kNow, {});
  EXPECT_TRUE(is_alive(times, kNow));
  EXPECT_TRUE(is_alive(times, kNow + 12 * kHour - 1));
  EXPECT_FALSE(is_alive(times, kNow + 12 * kHour));
}

TEST(Session, EndsSevenDaysAfterTheLoginWhateverWasDone) {
  SessionTimes times = times_at_login(kNow, {});
  for (std::int64_t hour = 11; hour < 24 * 7; hour += 11) {
    ASSERT_TRUE(is_alive(times, kNow + hour * kHour)) << hour;
    times.idle_until_utc_ns = idle_until(times, kNow + hour * kHour, {});
  }
  EXPECT_TRUE(is_alive(times, kNow + 24 * 7 * kHour - 1));
  EXPECT_FALSE(is_alive(times, kNow + 24 * 7 * kHour));
}

TEST(Session, ALimitBeyondTheAbsoluteEndIsCut) {
  const SessionLimits limits{.idle = std::chrono::hours{5}, .absolute = std::chrono::hours{2}};
  EXPECT_FALSE(is_alive(times_at_login(kNow, limits), kNow + 2 * kHour));
}

TEST(Session, IsWrittenAtMostOnceAMinute) {
  const SessionTimes times = times_at_login(kNow, {});
  EXPECT_FALSE(is_to_be_touched(times, kNow, {}));
  EXPECT_FALSE(is_to_be_touched(times, kNow + kMinute - 1, {}));
  EXPECT_TRUE(is_to_be_touched(times, kNow + kMinute, {}));
}

TEST(Session, AShortIdleLimitIsMovedInTime) {
  const SessionLimits limits{.idle = std::chrono::seconds{10}};
  const SessionTimes times = times_at_login(kNow, limits);
  EXPECT_FALSE(is_to_be_touched(times, kNow + 999'999'999, limits));
  EXPECT_TRUE(is_to_be_touched(times, kNow + 1'000'000'000, limits));
}

TEST(Session, AClockThatGoesBackShortensNothing) {
  const SessionTimes times = times_at_login(kNow, {});
  EXPECT_EQ(idle_until(times, kNow - 5 * kHour, {}), times.idle_until_utc_ns);
  EXPECT_FALSE(is_to_be_touched(times, kNow - 5 * kHour, {}));
}

TEST(Session, NearItsAbsoluteEndItIsWrittenOnceMore) {
  SessionTimes times = times_at_login(kNow, {});
  times.idle_until_utc_ns = times.absolute_until_utc_ns - 1;
  EXPECT_TRUE(is_to_be_touched(times, times.absolute_until_utc_ns - kHour, {}));
  times.idle_until_utc_ns = times.absolute_until_utc_ns;
  EXPECT_FALSE(is_to_be_touched(times, times.absolute_until_utc_ns - kHour, {}));
}

}  // namespace
}  // namespace reprise::login
