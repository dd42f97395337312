#include "platform/archive/quiet_watch.hpp"

#include <gtest/gtest.h>

namespace reprise::archive {
namespace {

using std::chrono::seconds;

class QuietWatchTest : public testing::Test {
 protected:
  /// The ids of the quiet ones among `a` and `b` with these marks (none: it does not run).
  std::string look(int second, std::optional<int> a, std::optional<int> b = std::nullopt) {
    std::vector<QuietWatch::Talk> running;
    if (a) running.push_back({.id = "a", .mark = *a, .patience = seconds(10)});
    if (b) running.push_back({.id = "b", .mark = *b, .patience = seconds(30)});
    std::string quiet;
    for (const auto& talk : watch_.look(running, begin_ + seconds(second))) quiet += talk.id;
    return quiet;
  }
  QuietWatch watch_;
  const QuietWatch::Clock::time_point begin_ = QuietWatch::Clock::now();
};

TEST_F(QuietWatchTest, ATalkIsQuietOnceItsPatienceIsOver) {
  EXPECT_EQ(look(0, 1), "");
  EXPECT_EQ(look(10, 1), "");
  EXPECT_EQ(look(11, 1), "a");
  EXPECT_EQ(look(12, 1), "a") << "until somebody ends it";
}

TEST_F(QuietWatchTest, WhateverIsHeardBeginsAnew) {
  EXPECT_EQ(look(0, 1), "");
  EXPECT_EQ(look(9, 2), "");
  EXPECT_EQ(look(19, 2), "");
  EXPECT_EQ(look(20, 2), "a");
  EXPECT_EQ(look(21, 1), "") << "a mark that went back has changed, too";
}

TEST_F(QuietWatchTest, TheFirstLookGivesAFullPeriodOfGrace) {
  EXPECT_EQ(look(1000, 7), "");
  EXPECT_EQ(look(1010, 7), "");
  EXPECT_EQ(look(1011, 7), "a");
}

TEST_F(QuietWatchTest, EachHasItsOwnPatience) {
  EXPECT_EQ(look(0, 1, 1), "");
  EXPECT_EQ(look(20, 1, 1), "a");
  EXPECT_EQ(look(31, 1, 1), "ab");
}

TEST_F(QuietWatchTest, ATalkThatDidNotRunMeanwhileBeginsAnew) {
  EXPECT_EQ(look(0, 1), "");
  EXPECT_EQ(look(5, std::nullopt), "");
  EXPECT_EQ(look(11, 1), "");
}

}  // namespace
}  // namespace reprise::archive
