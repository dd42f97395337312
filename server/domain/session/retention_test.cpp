#include "domain/session/retention.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace reprise::session {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr std::int64_t kStored = 1'000 * kDay;
constexpr RetentionRules kOff{};
constexpr RetentionRules kMonth{.days = 30, .days_min = 7, .days_max = 90};

struct Case {
  const char* name;
  std::optional<std::int64_t> stored;
  std::optional<std::int64_t> keep_days;
  RetentionRules rules;
  std::optional<std::int64_t> expires;
};
class Expires : public testing::TestWithParam<Case> {};
TEST_P(Expires, FollowsTheRulesAndTheChoice) {
  const Case& tested = GetParam();
  EXPECT_EQ(expires_utc_ns(tested.stored, tested.keep_days, tested.rules), tested.expires);
}
INSTANTIATE_TEST_SUITE_P(
    Retention, Expires,
    testing::Values(Case{"Off", kStored, std::nullopt, kOff, std::nullopt},
                    Case{"OffButChosen", kStored, 3, kOff, kStored + 3 * kDay},
                    Case{"BySetting", kStored, std::nullopt, kMonth, kStored + 30 * kDay},
                    Case{"Shorter", kStored, 7, kMonth, kStored + 7 * kDay},
                    Case{"Longer", kStored, 90, kMonth, kStored + 90 * kDay},
                    Case{"ShorterThanTheRulesAreNow", kStored, 1, kMonth, kStored + 7 * kDay},
                    Case{"LongerThanTheRulesAreNow", kStored, 400, kMonth, kStored + 90 * kDay},
                    Case{"StillRuns", std::nullopt, 7, kMonth, std::nullopt},
                    Case{"AClockFarAhead", std::numeric_limits<std::int64_t>::max() - kDay, 7,
                         kMonth, std::nullopt}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Retention, AChoiceStaysWithinTheBounds) {
  for (const std::int64_t days : {7, 30, 90}) EXPECT_TRUE(check_keep_days(days, kMonth));
  for (const std::int64_t days : {0, 6, 91}) {
    const auto refused = check_keep_days(days, kMonth);
    ASSERT_FALSE(refused) << days;
    EXPECT_EQ(refused.error().type, "retention-out-of-bounds");
  }
}

}  // namespace
}  // namespace reprise::session
