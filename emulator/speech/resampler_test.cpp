#include "emulator/speech/resampler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace reprise::emulator {
namespace {

Samples sine(double hz, int rate, double seconds) {
  Samples samples(static_cast<std::size_t>(seconds * rate));
  for (std::size_t n = 0; n < samples.size(); ++n) {
    samples[n] = static_cast<std::int16_t>(
        std::lround(10'000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / rate)));
  }
  return samples;
}

double level(const Samples& samples) {
  double sum = 0;
  for (const std::int16_t sample : samples) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

struct RateCase {
  const char* name;
  int from_hz;
  int to_hz;
};

class ResamplerRates : public testing::TestWithParam<RateCase> {};

TEST_P(ResamplerRates, KeepsAToneInPlaceAndInLevel) {
  const auto [name, from, to] = GetParam();
  const Samples got = resample(sine(1000, from, 0.5), {.from_hz = from, .to_hz = to});
  const Samples want = sine(1000, to, 0.5);
  ASSERT_EQ(got.size(), want.size());
  const std::size_t edge = static_cast<std::size_t>(to / 100);  // where silence was assumed
  for (std::size_t n = edge; n + edge < got.size(); ++n) ASSERT_NEAR(got[n], want[n], 12) << n;
}

TEST_P(ResamplerRates, GivesTheSameHoweverTheInputIsCut) {
  const auto [name, from, to] = GetParam();
  const Samples input = sine(440, from, 0.2);
  Resampler pieces({.from_hz = from, .to_hz = to});
  Samples got;
  for (std::size_t at = 0, size = 1; at < input.size(); at += size, size = size % 97 + 3) {
    const std::size_t count = std::min(size, input.size() - at);
    const Samples part = pieces.process(std::span(input).subspan(at, count));
    got.insert(got.end(), part.begin(), part.end());
  }
  const Samples rest = pieces.flush();
  got.insert(got.end(), rest.begin(), rest.end());
  EXPECT_EQ(got, resample(input, {.from_hz = from, .to_hz = to}));
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerRates,
                         testing::Values(RateCase{"SpeechUp", 16'000, 24'000},
                                         RateCase{"Down3", 48'000, 16'000},
                                         RateCase{"CompactDisc", 44'100, 16'000},
                                         RateCase{"Telephone", 8'000, 16'000},
                                         RateCase{"Same", 16'000, 16'000}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Resampler, RemovesWhatTheLowerRateCannotHold) {
  Samples got = resample(sine(9000, 48'000, 0.5), {.from_hz = 48'000, .to_hz = 16'000});
  got.erase(got.begin(), got.begin() + 200);  // the start of a tone contains all frequencies
  got.resize(got.size() - 200);
  EXPECT_LT(level(got), 1);
}

TEST(Resampler, SpeechUpMakesNoImages) {
  // 7 kHz at 16 kHz would mirror to 9 kHz without the filter: compare with the true tone.
  const Samples got = resample(sine(6500, 16'000, 0.5), {.from_hz = 16'000, .to_hz = 24'000});
  const Samples want = sine(6500, 24'000, 0.5);
  for (std::size_t n = 300; n + 300 < got.size(); ++n) ASSERT_NEAR(got[n], want[n], 12) << n;
}

TEST(SoundTime, ASecondIsAsLongAtEachRate) {
  using std::chrono::microseconds;
  EXPECT_EQ(duration_of(EarSamples(kEarHz)), microseconds(1'000'000));
  EXPECT_EQ(duration_of(SpeechSamples(kSpeechHz)), microseconds(1'000'000));
  EXPECT_EQ(duration_of(EarSamples(1)), microseconds(62));
  EXPECT_EQ(duration_of(SpeechSamples(1)), microseconds(41));
  EXPECT_EQ(duration_of(SpeechSamples(0)), microseconds(0));
}

}  // namespace
}  // namespace reprise::emulator
