#include "features/auth/remembered.hpp"

#include <gtest/gtest.h>

namespace reprise::auth {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'790'000'000 * kSecond;

Remembered::Key key(std::string_view secret, bool is_token = false) {
  return {.digest = sha256(as_bytes(secret)), .is_token = is_token};
}

TEST(Remembered, OneForASecond) {
  Remembered remembered;
  remembered.add(key("a"), access::local_principal(), kNow, remembered.generation());
  EXPECT_TRUE(remembered.find(key("a"), kNow));
  EXPECT_TRUE(remembered.find(key("a"), kNow + kSecond - 1));
  EXPECT_FALSE(remembered.find(key("b"), kNow));
  EXPECT_FALSE(remembered.find(key("a"), kNow + kSecond));
  EXPECT_FALSE(remembered.find(key("a"), kNow)) << "it was dropped";
}

TEST(Remembered, ACookieIsNoToken) {
  Remembered remembered;
  remembered.add(key("a"), access::local_principal(), kNow, remembered.generation());
  EXPECT_FALSE(remembered.find(key("a", true), kNow));
}

TEST(Remembered, AClockThatGoesBackForgets) {
  Remembered remembered;
  remembered.add(key("a"), access::local_principal(), kNow, remembered.generation());
  EXPECT_FALSE(remembered.find(key("a"), kNow - 1));
}

TEST(Remembered, WhatWasReadBeforeAnEndDoesNotCount) {
  Remembered remembered;
  const std::uint64_t before = remembered.generation();
  remembered.forget_all();
  remembered.add(key("a"), access::local_principal(), kNow, before);
  EXPECT_FALSE(remembered.find(key("a"), kNow));
}

TEST(Remembered, HoldsALimitedNumber) {
  Remembered remembered;
  for (std::size_t i = 0; i <= Remembered::kMost; ++i) {
    remembered.add(key(std::to_string(i)), access::local_principal(), kNow,
                   remembered.generation());
  }
  EXPECT_FALSE(remembered.find(key("0"), kNow));
  EXPECT_TRUE(remembered.find(key(std::to_string(Remembered::kMost)), kNow));
}

}  // namespace
}  // namespace reprise::auth
