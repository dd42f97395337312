#include "features/playback/fold_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>

namespace reprise::playback {
namespace {

using namespace std::chrono_literals;
using Fold = FoldPlan::Fold;
using Skip = FoldPlan::Skip;
using Finish = FoldPlan::Finish;
using Restart = FoldPlan::Restart;
using Wait = FoldPlan::Wait;
using Step = FoldPlan::Step;

const FoldPlan::Time kNow{1000s};

/// All steps up to one that waits or finishes.
std::vector<Step> steps(FoldPlan& plan, FoldPlan::Time now) {
  std::vector<Step> taken;
  for (;;) {
    taken.push_back(plan.next(now));
    if (std::holds_alternative<Wait>(taken.back()) ||
        std::holds_alternative<Finish>(taken.back())) {
      return taken;
    }
  }
}

TEST(FoldPlanTest, ChunksAreFoldedInOrderHoweverTheyCome) {
  FoldPlan plan({});
  EXPECT_EQ(steps(plan, kNow), std::vector<Step>{Wait{}});
  plan.on_stored(1, kNow);
  EXPECT_EQ(steps(plan, kNow), std::vector<Step>{Wait{kNow + kReorderWait}});
  plan.on_stored(0, kNow + 1s);
  EXPECT_EQ(steps(plan, kNow + 1s), (std::vector<Step>{Fold{0}, Fold{1}, Wait{}}));
  plan.on_stored(2, kNow + 2s);
  plan.on_ended(true);
  EXPECT_EQ(steps(plan, kNow + 2s), (std::vector<Step>{Fold{2}, Finish{}}));
}

TEST(FoldPlanTest, AMissingChunkHoldsTheFoldForAWhileOnly) {
  FoldPlan plan({0, 2, 3});
  EXPECT_EQ(steps(plan, kNow), (std::vector<Step>{Fold{0}, Wait{kNow + kReorderWait}}));
  EXPECT_EQ(steps(plan, kNow + kReorderWait - 1ms), std::vector<Step>{Wait{kNow + kReorderWait}});
  EXPECT_EQ(steps(plan, kNow + kReorderWait),
            (std::vector<Step>{Skip{}, Fold{2}, Fold{3}, Wait{}}));
}

TEST(FoldPlanTest, AChunkThatOthersHaveWaitedForIsNotWaitedForAgain) {
  FoldPlan plan({0, 2, 3, 12, 14});
  EXPECT_EQ(steps(plan, kNow),
            (std::vector<Step>{Fold{0}, Skip{}, Fold{2}, Fold{3}, Wait{kNow + kReorderWait}}));
  FoldPlan begun({0});
  EXPECT_EQ(steps(begun, kNow), (std::vector<Step>{Fold{0}, Wait{}}));
  begun.on_stored(2, kNow);
  begun.on_stored(40, kNow);
  EXPECT_EQ(steps(begun, kNow), std::vector<Step>{Wait{kNow + kReorderWait}}) << "it may be behind";
}

TEST(FoldPlanTest, OnceEndedNothingIsWaitedFor) {
  FoldPlan plan({0, 2'000'000'000});
  plan.on_ended(false);
  EXPECT_EQ(steps(plan, kNow), (std::vector<Step>{Fold{0}, Skip{}, Fold{2'000'000'000}, Finish{}}));
}

TEST(FoldPlanTest, ALateChunkBeginsANewVersionWhenItIsQuiet) {
  FoldPlan plan({0, 3});
  plan.on_ended(false);
  EXPECT_EQ(steps(plan, kNow), (std::vector<Step>{Fold{0}, Skip{}, Fold{3}, Finish{}}));
  plan.on_stored(1, kNow);
  EXPECT_EQ(steps(plan, kNow), std::vector<Step>{Wait{kNow + kLateQuiet}});
  plan.on_stored(1, kNow + 2s);  // a repeated chunk is nothing new
  EXPECT_EQ(steps(plan, kNow + kLateQuiet),
            (std::vector<Step>{Restart{}, Fold{0}, Fold{1}, Skip{}, Fold{3}, Finish{}}));
}

TEST(FoldPlanTest, ALateChunkThatCompletesTheRecordingIsNotWaitedFor) {
  FoldPlan plan({0, 2});
  plan.on_ended(false);
  EXPECT_EQ(steps(plan, kNow).size(), 4U);
  plan.on_stored(1, kNow);
  plan.on_ended(true);
  EXPECT_EQ(steps(plan, kNow), (std::vector<Step>{Restart{}, Fold{0}, Fold{1}, Fold{2}, Finish{}}));
}

TEST(FoldPlanTest, AChunkIsLateWhenItsPlaceIsFoldedOrTheRecordingHasEnded) {
  FoldPlan running({0, 2});
  EXPECT_EQ(steps(running, kNow).size(), 2U);
  EXPECT_EQ(steps(running, kNow + kReorderWait), (std::vector<Step>{Skip{}, Fold{2}, Wait{}}));
  running.on_stored(1, kNow);
  EXPECT_EQ(steps(running, kNow), std::vector<Step>{Wait{kNow + kLateQuiet}});
  FoldPlan ended({0});
  ended.on_ended(false);
  EXPECT_EQ(steps(ended, kNow), (std::vector<Step>{Fold{0}, Finish{}}));
  ended.on_stored(5, kNow);
  EXPECT_EQ(steps(ended, kNow), std::vector<Step>{Wait{kNow + kLateQuiet}});
}

TEST(FoldPlanTest, NothingStoredAndEndedIsFinished) {
  FoldPlan plan({});
  plan.on_ended(true);
  EXPECT_EQ(steps(plan, kNow), std::vector<Step>{Finish{}});
}

TEST(FoldPlan, KnowsWhichChunkIsTheFirstThatItLacks) {
  FoldPlan plan({0, 1, 4});
  EXPECT_EQ(plan.first_absent(), 2);
  plan.on_stored(3, {});
  EXPECT_EQ(plan.first_absent(), 2);
  plan.on_stored(2, {});
  EXPECT_EQ(plan.first_absent(), 5);
  EXPECT_EQ(plan.count(), 5);
  EXPECT_EQ(FoldPlan({}).first_absent(), 0);
}

}  // namespace
}  // namespace reprise::playback
