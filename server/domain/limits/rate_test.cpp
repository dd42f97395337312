#include "domain/limits/rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace reprise::limits {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Rate kFiveThenOneASecond{.burst = 5, .per = seconds(1)};

/// A bucket that somebody asks at given times.
struct Bucket {
  Rate rate;
  nanoseconds until{0};
  Answer at(nanoseconds now) {
    const Answer answer = ask(rate, std::max(until - now, nanoseconds(0)));
    until = now + answer.filled;
    return answer;
  }
};

TEST(Rate, TheBurstIsAdmittedAtOnceAndNoMore) {
  Bucket bucket{kFiveThenOneASecond};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(bucket.at(seconds(0)).admitted) << i;
  const Answer refused = bucket.at(seconds(0));
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.wait, seconds(1));
}

TEST(Rate, AfterTheWaitOneMoreIsAdmittedAndNotBefore) {
  Bucket bucket{kFiveThenOneASecond};
  for (int i = 0; i < 5; ++i) bucket.at(seconds(0));
  EXPECT_FALSE(bucket.at(seconds(1) - nanoseconds(1)).admitted);
  EXPECT_TRUE(bucket.at(seconds(1)).admitted);
  EXPECT_FALSE(bucket.at(seconds(1)).admitted);
}

TEST(Rate, WhoIsRefusedPaysNothing) {
  Bucket bucket{kFiveThenOneASecond};
  for (int i = 0; i < 5; ++i) bucket.at(seconds(0));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(bucket.at(seconds(0)).admitted);
  EXPECT_TRUE(bucket.at(seconds(1)).admitted);
}

TEST(Rate, AfterALongPauseTheBurstIsThereAgainButNotMore) {
  Bucket bucket{kFiveThenOneASecond};
  for (int i = 0; i < 5; ++i) bucket.at(seconds(0));
  int admitted = 0;
  for (int i = 0; i < 20; ++i) admitted += bucket.at(seconds(3600)).admitted ? 1 : 0;
  EXPECT_EQ(admitted, 5);
}

TEST(Rate, OverAnyStretchNoMoreThanTheBurstAndTheRateAreAdmitted) {
  for (const Rate rate : {Rate{1, seconds(2)}, Rate{3, nanoseconds(700'000'000)},
                          Rate{40, nanoseconds(50'000'000)}}) {
    Bucket bucket{rate};
    std::int64_t admitted = 0;
    const seconds length(20);
    for (nanoseconds now(0); now < length; now += nanoseconds(10'000'000)) {
      admitted += bucket.at(now).admitted ? 1 : 0;
    }
    const std::int64_t expected = rate.burst + (length - nanoseconds(1)) / rate.per;
    EXPECT_LE(admitted, expected);
    EXPECT_GE(admitted, expected - 1);
  }
}

TEST(Rate, WhatOthersAdmittedCountsAlsoForWhoIsRefused) {
  const Answer first = settle(kFiveThenOneASecond, seconds(0), 4);
  EXPECT_TRUE(first.admitted);
  EXPECT_EQ(first.filled, seconds(5));
  const Answer refused = settle(kFiveThenOneASecond, first.filled, 2);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.filled, seconds(7));
  EXPECT_EQ(refused.wait, seconds(3));
}

TEST(Rate, ANodeTellsATenthOfTheBurst) {
  EXPECT_EQ(told_every({.burst = 1, .per = seconds(1)}), 1);
  EXPECT_EQ(told_every({.burst = 19, .per = seconds(1)}), 1);
  EXPECT_EQ(told_every({.burst = 20, .per = seconds(1)}), 2);
  EXPECT_EQ(told_every({.burst = 2'000, .per = seconds(1)}), 200);
}

}  // namespace
}  // namespace reprise::limits
