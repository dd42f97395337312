#include "emulator/session/sound_input.hpp"

#include <gtest/gtest.h>

namespace reprise::emulator {
namespace {

Bytes bytes(std::initializer_list<int> values) {
  Bytes made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

TEST(SoundInput, CarriesAnOddByteOver) {
  SoundInput input({});
  EXPECT_EQ(input.samples_of({bytes({1, 0, 2}), kEarHz}), (Samples{1}));
  EXPECT_EQ(input.samples_of({bytes({0}), kEarHz}), (Samples{2}));
  EXPECT_EQ(input.samples_of({bytes({0xff, 0xff}), kEarHz}), (Samples{-1}));
  EXPECT_EQ(input.samples_of({{}, kEarHz}), Samples{});
}

TEST(SoundInput, ConvertsOtherRates) {
  SoundInput input({});
  std::size_t heard = 0;
  for (int second = 0; second < 3; ++second) {
    heard += input.samples_of({Bytes(2 * 48'000), 48'000}).size();
  }
  EXPECT_NEAR(static_cast<double>(heard), 3.0 * kEarHz, kEarHz * 0.01);
}

}  // namespace
}  // namespace reprise::emulator
