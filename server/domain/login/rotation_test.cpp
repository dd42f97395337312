#include "domain/login/rotation.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 100 * kSecond;

struct StepCase {
  const char* name;
  SecretState state;
  SecretStep want;
};
class RotationTest : public testing::TestWithParam<StepCase> {};

TEST_P(RotationTest, SaysWhatFollows) {
  EXPECT_EQ(step_of(GetParam().state, kNow), GetParam().want);
}

constexpr std::int64_t kJustUsed = kNow - 5 * kSecond + 1;
constexpr std::int64_t kLongUsed = kNow - 5 * kSecond;

INSTANTIATE_TEST_SUITE_P(
    Rotation, RotationTest,
    testing::Values(
        StepCase{"Usual", {}, SecretStep::Keep},
        StepCase{"RightsChanged", {.rights_changed = true}, SecretStep::Begin},
        StepCase{"OfferedAndNotTaken", {.has_next = true}, SecretStep::Offer},
        StepCase{"OfferedAndChangedAgain",
                 {.has_next = true, .rights_changed = true},
                 SecretStep::Offer},
        StepCase{"Taken", {.is_next = true, .has_next = true}, SecretStep::Confirm},
        StepCase{"TakenAndChangedAgain",
                 {.is_next = true, .has_next = true, .rights_changed = true},
                 SecretStep::Confirm},
        StepCase{
            "OldUnderWay", {.has_next = true, .next_used_utc_ns = kJustUsed}, SecretStep::Keep},
        StepCase{
            "OldAfterwards", {.has_next = true, .next_used_utc_ns = kLongUsed}, SecretStep::Refuse},
        StepCase{"OldAfterwardsWithOtherRights",
                 {.has_next = true, .next_used_utc_ns = kLongUsed, .rights_changed = true},
                 SecretStep::Refuse},
        StepCase{"NewInUse",
                 {.is_next = true, .has_next = true, .next_used_utc_ns = kLongUsed},
                 SecretStep::Keep},
        StepCase{"NewInUseAndChanged",
                 {.is_next = true,
                  .has_next = true,
                  .next_used_utc_ns = kLongUsed,
                  .rights_changed = true},
                 SecretStep::Begin},
        StepCase{"ChangedWhileTheOldOneStillCounts",
                 {.is_next = true,
                  .has_next = true,
                  .next_used_utc_ns = kJustUsed,
                  .rights_changed = true},
                 SecretStep::Keep}),
    [](const auto& tested) { return tested.param.name; });

TEST(NextSecret, DependsOnBothAndIsAsLongAsOthers) {
  const std::string next = next_secret("salt", "old");
  EXPECT_EQ(next.size(), 43U);
  EXPECT_EQ(next, next_secret("salt", "old"));
  EXPECT_NE(next, next_secret("other", "old"));
  EXPECT_NE(next, next_secret("salt", "older"));
}

}  // namespace
}  // namespace reprise::login
