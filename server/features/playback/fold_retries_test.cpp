#include "features/playback/fold_retries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace reprise::playback {
namespace {

using testing::ElementsAre;

/// The passes, from 1 on, in which a recording that never gets a view is folded.
std::vector<int> passes_of(FoldRetries& retries, const std::string& recording, int count) {
  std::vector<int> due;
  for (int pass = 1; pass <= count; ++pass) {
    retries.begin_pass();
    if (retries.is_due(recording)) due.push_back(pass);
  }
  return due;
}

TEST(FoldRetriesTest, AFoldThatFailsAgainAndAgainIsTriedInFewerAndFewerPasses) {
  FoldRetries retries;
  EXPECT_THAT(passes_of(retries, "a", 40), ElementsAre(1, 2, 4, 8, 16, 32));
}

TEST(FoldRetriesTest, NothingIsLeftOutForEver) {
  FoldRetries retries;
  const std::vector<int> due = passes_of(retries, "a", 2000);
  ASSERT_GT(due.size(), 11U);
  for (std::size_t i = due.size() - 3; i < due.size(); ++i) {
    EXPECT_EQ(due[i] - due[i - 1], FoldRetries::kPassesMax);
  }
}

TEST(FoldRetriesTest, OthersAreFoldedInEachPass) {
  FoldRetries retries;
  passes_of(retries, "broken", 4);
  retries.begin_pass();
  EXPECT_FALSE(retries.is_due("broken"));
  EXPECT_TRUE(retries.is_due("new"));
}

TEST(FoldRetriesTest, WhatGotItsViewBeginsAnew) {
  FoldRetries retries;
  passes_of(retries, "a", 5);
  retries.begin_pass();  // it has a view, nobody asks
  retries.begin_pass();  // a late chunk came
  EXPECT_TRUE(retries.is_due("a"));
}

TEST(FoldRetriesTest, BeyondWhatIsRememberedNothingIsLeftOut) {
  FoldRetries retries;
  retries.begin_pass();
  for (std::size_t i = 0; i < FoldRetries::kRememberedMax; ++i) retries.is_due(std::to_string(i));
  EXPECT_TRUE(retries.is_due("one more"));
  retries.begin_pass();
  EXPECT_TRUE(retries.is_due("0"));
  EXPECT_TRUE(retries.is_due("one more"));
  retries.begin_pass();
  EXPECT_FALSE(retries.is_due("0"));
  EXPECT_TRUE(retries.is_due("one more"));
}

}  // namespace
}  // namespace reprise::playback
