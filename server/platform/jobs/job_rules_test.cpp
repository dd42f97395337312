#include "platform/jobs/job_rules.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace reprise::jobs {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'000'000 * kSecond;
constexpr Asker kMe{.node = "me", .nodes = Nodes::Several};
constexpr Asker kAlone{.node = "me", .nodes = Nodes::One};
constexpr Asker kAtWork{.node = "me", .nodes = Nodes::Several, .at_work = true};

JobState leased(std::string owner, std::int64_t until) {
  return {.owner = std::move(owner), .lease_until_utc_ns = until};
}

struct TakeCase {
  const char* name;
  JobState job;
  Asker asker;
  bool due;  ///< may it be taken because its time has come
  bool now;  ///< may it be taken because a person waits
};

class MayTake : public testing::TestWithParam<TakeCase> {};
TEST_P(MayTake, FollowsLeaseTimeAndWish) {
  const TakeCase& tested = GetParam();
  const Patience patience{.first = seconds(1), .longest = seconds(60), .attempts_max = 3};
  EXPECT_EQ(may_take(tested.job, tested.asker, Wish::Due, patience, kNow), tested.due);
  EXPECT_EQ(may_take(tested.job, tested.asker, Wish::Now, patience, kNow), tested.now);
}
INSTANTIATE_TEST_SUITE_P(
    Jobs, MayTake,
    testing::Values(
        TakeCase{"New", {}, kMe, true, true},
        TakeCase{"ItsTimeIsNow", {.run_after_utc_ns = kNow}, kMe, true, true},
        TakeCase{"ItsTimeIsAhead", {.run_after_utc_ns = kNow + 1}, kMe, false, true},
        TakeCase{"TheClockWentBack", {.run_after_utc_ns = kNow + 61 * kSecond}, kMe, true, true},
        TakeCase{"GivenUp", {.given_up = true}, kMe, false, true},
        TakeCase{"AnotherNodeHasIt", leased("other", kNow + 1), kMe, false, false},
        TakeCase{"ALeaseEnds", leased("other", kNow), kMe, true, true},
        TakeCase{"ALeaseLongerThanAny", leased("other", kNow + 7 * kSecond), kMe, true, true},
        TakeCase{"TheOtherMustBeDead", leased("other", kNow + kSecond), kAlone, true, true},
        TakeCase{"ItIsUnderWayHere", leased("me", kNow - 1), kAtWork, false, false},
        TakeCase{"ItWasLeftHere", leased("me", kNow + kSecond), kMe, true, true}),
    [](const auto& tested) { return tested.param.name; });

TEST(WaitAfter, DoublesUpToALimitAndEnds) {
  const Patience patience{.first = seconds(1), .longest = seconds(5), .attempts_max = 6};
  std::vector<std::int64_t> waits;
  for (std::int64_t failures = 1; failures <= 6; ++failures) {
    const auto wait = wait_after(failures, patience);
    waits.push_back(wait ? wait->count() / kSecond : -1);
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 5, 5, -1}));
  EXPECT_EQ(wait_after(1'000'000, {.first = seconds(1), .longest = seconds(5)}), seconds(5));
}

TEST(IsSpent, CountsTheAttemptsThatEndedWithTheirNode) {
  const Patience patience{.first = seconds(1), .longest = seconds(5), .attempts_max = 6};
  EXPECT_FALSE(is_spent({.attempts = 5}, patience));
  EXPECT_TRUE(is_spent({.attempts = 6}, patience));
  EXPECT_FALSE(is_spent({.attempts = 6, .failures = 1}, patience));
  EXPECT_TRUE(is_spent({.attempts = 11, .failures = 5}, patience));
}

TEST(Patience, GivesUpAFoldButNoErase) {
  EXPECT_FALSE(wait_after(24, patience_of(Kind::Fold)));
  EXPECT_TRUE(wait_after(1'000, patience_of(Kind::Erase)));
}

TEST(StandingOf, SaysWhoWorks) {
  EXPECT_EQ(standing_of(leased("other", kNow + 1), kMe, kNow), Standing::Running);
  EXPECT_EQ(standing_of(leased("other", kNow), kMe, kNow), Standing::Waiting);
  EXPECT_EQ(standing_of(leased("me", kNow), kAtWork, kNow), Standing::Running);
  EXPECT_EQ(standing_of({.given_up = true}, kMe, kNow), Standing::GivenUp);
}

}  // namespace
}  // namespace reprise::jobs
