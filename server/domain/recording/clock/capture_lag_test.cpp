#include "domain/recording/clock/capture_lag.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace reprise::recording {
namespace {

constexpr int kSeconds = 3;
constexpr std::int64_t kFrames = kSeconds * 48'000;

/// Loudness (0-255) of the sound at a millisecond.
using Envelope = std::function<int(int)>;

/// Noise in which no two stretches are alike.
int noise(int ms) {
  auto mixed = static_cast<std::uint32_t>(ms) * 2'654'435'761U;
  mixed ^= mixed >> 15;
  return static_cast<int>(mixed * 2'246'822'519U >> 24);
}
int other_noise(int ms) { return noise(ms + 1'000'000); }
/// Noise that is loud in the beginning and at the end: half of the windows see far more change than
/// the others.
int uneven_noise(int ms) { return ms % 1000 < 500 ? noise(ms) : 120 + noise(ms) / 12; }
int quiet(int ms) { return 100 + noise(ms) % 8; }
Envelope wave(double period_ms) {
  return [period_ms](int ms) {
    return static_cast<int>(
        std::lround(120 + 100 * std::sin(2 * std::numbers::pi * ms / period_ms)));
  };
}

/// One second of the track processor's batches, with blocks of 10 ms. Page clock and media time are
/// the same.
void add_batch(CaptureLag& lag, int second, const Envelope& sound) {
  MicrophoneRow row{.sample_rate = 48'000, .blocks = {}, .envelope = {}};
  for (int ms = second * 1000; ms < (second + 1) * 1000; ms += 10) {
    row.blocks.push_back({.device = DeviceUs(ms * 1000), .page = PageUs(ms * 1000), .frames = 480});
    for (int i = 0; i < 10; ++i) {
      row.envelope.push_back(static_cast<std::uint8_t>(sound(ms + i)));
    }
  }
  lag.add_batch(row);
}

/// The same sound in the microphone, `lag_ms` later.
void add_mic(CaptureLag& lag, int second, int lag_ms, const Envelope& sound) {
  std::vector<std::int16_t> samples;
  for (int ms = second * 1000; ms < (second + 1) * 1000; ++ms) {
    const double loudness = sound(ms - lag_ms) / 255.0;
    samples.insert(samples.end(), 16, static_cast<std::int16_t>(32'767 * loudness * loudness));
  }
  lag.add_mic(MicSample(second * 16'000), samples);
}

struct LagCase {
  const char* name;
  int lag_ms;
  Envelope in_track;
  Envelope in_mic;
  double want_ms;
};
class CaptureLagTest : public testing::TestWithParam<LagCase> {};

TEST_P(CaptureLagTest, IsFoundOnlyWhereItIsCertain) {
  const auto& tested = GetParam();
  CaptureLag lag;
  MicMap mic;
  mic.add(MicSample(0), Frame(0));
  PageMap page;
  page.set_fallback(PageUs(0), Frame(0));
  for (int second = 0; second < kSeconds; ++second) {
    add_batch(lag, second, tested.in_track);
    add_mic(lag, second, tested.lag_ms, tested.in_mic);
  }
  lag.estimate_until(Frame(kFrames), mic, page);
  EXPECT_NEAR(lag.lag_at(Frame(kFrames / 2), Frame(48'000), page) / 48, tested.want_ms, 0.5);
  EXPECT_EQ(lag.steps(), 0);
}

constexpr double kDefaultMs = 12;
INSTANTIATE_TEST_SUITE_P(
    Lags, CaptureLagTest,
    testing::Values(LagCase{"None", 0, noise, noise, 0}, LagCase{"Usual", 9, noise, noise, 9},
                    LagCase{"Long", 90, noise, noise, 90},
                    LagCase{"Uneven", 40, uneven_noise, uneven_noise, 40},
                    LagCase{"UnevenAndLong", -90, uneven_noise, uneven_noise, -90},
                    LagCase{"LongestThatIsSearched", 132, noise, noise, 132},
                    LagCase{"BeyondIt", 140, noise, noise, kDefaultMs},
                    LagCase{"ShortestThatIsSearched", -108, noise, noise, -108},
                    LagCase{"BeforeIt", -112, noise, noise, kDefaultMs},
                    LagCase{"TooLittleChange", 40, quiet, quiet, kDefaultMs},
                    LagCase{"AnotherSound", 40, noise, other_noise, kDefaultMs},
                    LagCase{"FitsInSeveralPlaces", 40, wave(50), wave(50), kDefaultMs},
                    // A window that is 5 ms off its best place is within the margin, one that is 6
                    // ms off is not.
                    LagCase{"OnePlaceIsBroad", 20, wave(500.0 / 3), wave(500.0 / 3), 20}),
    [](const auto& tested) { return tested.param.name; });

TEST(CaptureLagTest, AStepIsBelievedWhenTwoWindowsAgree) {
  CaptureLag lag;
  MicMap mic;
  mic.add(MicSample(0), Frame(0));
  PageMap page;
  page.set_fallback(PageUs(0), Frame(0));
  for (int second = 0; second < kSeconds; ++second) {
    add_batch(lag, second, noise);
    add_mic(lag, second, second < 1 ? 9 : 21, noise);
  }
  lag.estimate_until(Frame(kFrames), mic, page);
  EXPECT_EQ(lag.steps(), 1);
  EXPECT_NEAR(lag.lag_at(Frame(26'000), Frame(0), page) / 48, 9, 0.5);
  EXPECT_NEAR(lag.lag_at(Frame(kFrames), Frame(0), page) / 48, 21, 0.5);
  EXPECT_NEAR(lag.fifo_lag_frames() / 48, 21, 0.5);
}

}  // namespace
}  // namespace reprise::recording
