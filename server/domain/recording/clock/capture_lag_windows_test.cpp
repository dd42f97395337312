// Which windows of sound give an estimate of the capture lag, to the millisecond, and which
// estimates count at a place.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "domain/recording/clock/capture_lag.hpp"

namespace reprise::recording {
namespace {

/// Loudness (0-255) of the sound at a time in milliseconds.
using Sound = std::function<double(double)>;

constexpr std::int64_t kPageUs = 100'000'000;  ///< page clock at media time 0
constexpr std::int64_t kDeviceUs = 7'000'000;  ///< clock of the track at media time 0
constexpr double kDefaultMs = 12;

double random_byte(double ms) {
  auto mixed = static_cast<std::uint32_t>(std::llround(ms) + 100'000) * 2'654'435'761U;
  mixed ^= mixed >> 15;
  return mixed * 2'246'822'519U >> 24;
}
double other(double ms) { return random_byte(ms + 1'000'000); }
Sound quiet(double least) {
  return [least](double ms) { return least + random_byte(ms) / 10; };
}
double smooth(double ms) {
  constexpr double kTurn = 2 * std::numbers::pi;
  return 120 + 40 * std::sin(kTurn * ms / 37) + 40 * std::sin(kTurn * ms / 53 + 1) +
         30 * std::sin(kTurn * ms / 91 + 2);
}

class CaptureLagWindowTest : public testing::Test {
 protected:
  CaptureLagWindowTest() {
    mic.add(MicSample(0), Frame(0));
    page.set_fallback(PageUs(kPageUs), Frame(0));
  }

  /// Blocks of 10 ms of the track, in one batch. `ahead_us`: of the track's clock.
  void add_track(int from_ms, int to_ms, const Sound& sound, double phase_ms = 0,
                 std::int64_t ahead_us = 0) {
    MicrophoneRow row{.sample_rate = 48'000, .blocks = {}, .envelope = {}};
    for (int ms = from_ms; ms < to_ms; ms += 10) {
      const std::int64_t us = std::llround((ms + phase_ms) * 1000);
      row.blocks.push_back({.device = DeviceUs(kDeviceUs + ahead_us + us),
                            .page = PageUs(kPageUs + us),
                            .frames = 480});
      for (int i = 0; i < 10; ++i) {
        row.envelope.push_back(static_cast<std::uint8_t>(std::lround(sound(ms + phase_ms + i))));
      }
    }
    lag.add_batch(row);
  }

  /// What the microphone records, in blocks of 10 ms.
  void add_mic(int from_ms, int to_ms, const Sound& sound) {
    for (int begin = from_ms; begin < to_ms; begin += 10) {
      std::vector<std::int16_t> samples;
      for (int ms = begin; ms < begin + 10; ++ms) {
        const double loudness = sound(ms) / 255;
        samples.insert(samples.end(), 16,
                       static_cast<std::int16_t>(std::lround(32'767 * loudness * loudness)));
      }
      lag.add_mic(MicSample(begin * 16), samples);
    }
  }
  void add_late(int from_ms, int to_ms, double lag_ms, const Sound& sound) {
    add_mic(from_ms, to_ms, [&](double ms) { return sound(ms - lag_ms); });
  }

  void estimate_until_ms(int ms) { lag.estimate_until(Frame(ms * 48), mic, page); }
  double at(std::int64_t frame, std::int64_t ahead = 0) const {
    return lag.lag_at(Frame(frame), Frame(ahead), page) / 48;
  }

  CaptureLag lag;
  MicMap mic;
  PageMap page;
};

TEST_F(CaptureLagWindowTest, CountsInItsMiddle) {
  add_track(-700, 1300, random_byte);
  add_late(0, 500, 40, random_byte);
  lag.estimate_until(Frame(23'999), mic, page);
  EXPECT_DOUBLE_EQ(at(1'000'000), kDefaultMs);
  lag.estimate_until(Frame(24'000), mic, page);
  EXPECT_DOUBLE_EQ(at(11'999), kDefaultMs);
  EXPECT_NEAR(at(12'000), 40, 0.1);
  EXPECT_DOUBLE_EQ(at(0, 11'999), kDefaultMs);
  EXPECT_NEAR(at(0, 12'000), 40, 0.1);
  EXPECT_NEAR(at(1'000'000), 40, 0.1);  // during silence the last one stays
}

TEST_F(CaptureLagWindowTest, NeedsHalfASecondOfTheMicrophone) {
  add_track(-700, 1300, random_byte);
  add_late(0, 490, 40, random_byte);
  estimate_until_ms(1000);
  EXPECT_DOUBLE_EQ(at(48'000), kDefaultMs);
}

TEST_F(CaptureLagWindowTest, IsFoundBetweenTheMilliseconds) {
  const auto rough = [](double ms) { return smooth(ms) + random_byte(std::floor(ms)) / 12 - 10; };
  for (const double lag_ms : {9.3, 8.7, 40.0}) {
    lag = CaptureLag();
    add_track(-700, 1300, smooth);
    add_late(0, 500, lag_ms, rough);
    estimate_until_ms(1000);
    EXPECT_NEAR(at(48'000), lag_ms, 0.12);
  }
}

TEST_F(CaptureLagWindowTest, FollowsThePhaseOfTheTrack) {
  for (const double phase_ms : {0.3, 0.45, 0.7}) {
    lag = CaptureLag();
    add_track(-700, 1300, smooth, phase_ms);
    add_late(0, 500, 40, smooth);
    estimate_until_ms(1000);
    EXPECT_NEAR(at(48'000), 40, 0.05) << phase_ms;
  }
}

TEST_F(CaptureLagWindowTest, DoesNotMindThePhaseOfWhatIsFarAway) {
  add_track(-8000, -1900, smooth, 0.4);
  add_track(-1900, 1300, smooth);
  add_late(0, 500, 40, smooth);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.05);
}

TEST_F(CaptureLagWindowTest, IsNotDisturbedByWhatLiesBesideTheBestPlace) {
  // The best place is the first of the grid; what follows it is loud.
  const auto loud_after = [](double ms) { return ms == 368 ? 255 : quiet(0)(ms); };
  add_track(-700, 1300, loud_after);
  add_late(0, 500, 132, loud_after);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 132, 0.5);

  lag = CaptureLag();
  const auto loud_before = [](double ms) { return ms == -132 || ms == -131 ? 255 : quiet(0)(ms); };
  add_track(-700, 1300, loud_before);
  add_late(0, 500, 40, loud_before);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.5);
}

TEST_F(CaptureLagWindowTest, ReachesTheFirstPlaceOfTheGrid) {
  add_track(-700, 1300, quiet(110));
  add_late(0, 500, 132, quiet(110));
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 132, 0.5);
}

TEST_F(CaptureLagWindowTest, NeedsNineTenthsOfTheTrack) {
  // The grid begins 132 ms before the window and has 741 places.
  add_track(-60, 1300, random_byte);
  add_late(0, 500, 40, random_byte);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.1);

  lag = CaptureLag();
  add_track(-50, 1300, random_byte);
  add_late(0, 500, 40, random_byte);
  estimate_until_ms(1000);
  EXPECT_DOUBLE_EQ(at(48'000), kDefaultMs);
}

TEST_F(CaptureLagWindowTest, SoundMayBeginLate) {
  add_track(9000, 11'300, random_byte);
  add_late(10'000, 10'500, 40, random_byte);
  estimate_until_ms(11'000);
  EXPECT_NEAR(at(std::int64_t{10'250} * 48), 40, 0.1);
  EXPECT_DOUBLE_EQ(at(std::int64_t{10'249} * 48), kDefaultMs);
}

TEST_F(CaptureLagWindowTest, WhatWasBeforeTheFirstSoundIsNotJudged) {
  const auto late = [](double ms) { return ms < 5000 ? 0 : random_byte(ms); };
  add_track(4000, 6000, late);
  add_late(5000, 5250, 40, late);
  estimate_until_ms(6000);
  EXPECT_DOUBLE_EQ(at(std::int64_t{6000} * 48), kDefaultMs);
}

TEST_F(CaptureLagWindowTest, AGapOfTheMicrophoneIsSilence) {
  const auto with_gap = [](double ms) { return ms >= 200 && ms < 300 ? 0 : random_byte(ms); };
  add_track(-700, 1300, with_gap);
  add_late(0, 240, 40, with_gap);
  add_late(340, 500, 40, with_gap);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.1);
}

TEST_F(CaptureLagWindowTest, ATrackClockThatJumpsIsAnotherClock) {
  add_track(-700, 600, random_byte);
  add_track(600, 2300, random_byte, 0, 1'000'000);
  add_late(0, 2000, 40, random_byte);
  estimate_until_ms(2000);
  EXPECT_NEAR(at(12'000), 40, 0.1);
  EXPECT_NEAR(at(96'000), 40, 0.1);
}

TEST_F(CaptureLagWindowTest, ARowMayLackItsEnvelope) {
  MicrophoneRow row{.sample_rate = 48'000, .blocks = {}, .envelope = {1, 2, 3}};
  for (int ms = -1000; ms < -700; ms += 10) {
    row.blocks.push_back({.device = DeviceUs(kDeviceUs + ms * 1000),
                          .page = PageUs(kPageUs + ms * 1000),
                          .frames = 480});
  }
  lag.add_batch(row);
  add_track(-700, 1300, random_byte);
  add_late(0, 500, 40, random_byte);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.1);
  EXPECT_EQ(lag.pairs(), 230);
}

TEST_F(CaptureLagWindowTest, IsMeasuredAgainstWhatIsHeardAndWhatIsRendered) {
  page.add_output(PageUs(kPageUs), Frame(0));
  page.add_render(PageUs(kPageUs), Frame(960));
  EXPECT_DOUBLE_EQ(at(0), 20 + kDefaultMs);
  add_track(-700, 1300, random_byte);
  add_late(0, 500, 40, random_byte);
  estimate_until_ms(1000);
  EXPECT_NEAR(at(48'000), 40, 0.1);
  EXPECT_NEAR(lag.fifo_lag_frames() / 48, 20, 0.1);
}

// Half a second with a lag gives one estimate when the sound before and behind is another one.
class CaptureLagChoiceTest : public CaptureLagWindowTest {
 protected:
  /// Second n begins with half a second of this lag; the other half is another sound.
  void add_lags(std::initializer_list<double> lags_ms) {
    int ms = 0;
    add_track(-700, static_cast<int>(lags_ms.size()) * 1000 + 500, random_byte);
    for (const double lag_ms : lags_ms) {
      add_late(ms, ms + 500, lag_ms, random_byte);
      add_mic(ms + 500, ms + 1000, other);
      ms += 1000;
    }
    estimate_until_ms(ms);
  }
};

TEST_F(CaptureLagChoiceTest, TakesTheMedianFromTwoSecondsBackOn) {
  add_lags({9, 9, 13});
  EXPECT_NEAR(at(12'000), 9, 0.1);
  EXPECT_NEAR(at(108'000), 9, 0.1);
  EXPECT_NEAR(at(108'001), 13, 0.1);  // the first one is too old now
  EXPECT_EQ(lag.steps(), 0);
}

TEST_F(CaptureLagChoiceTest, TakesTheMedianUpToTheLastThatIsAllowed) {
  add_lags({9, 13, 9});
  EXPECT_NEAR(at(108'000), 9, 0.1);
  EXPECT_NEAR(at(107'999), 13, 0.1);
}

TEST_F(CaptureLagChoiceTest, LooksAhead) {
  add_lags({9, 13, 13});
  EXPECT_NEAR(at(60'000, 48'000), 13, 0.1);
  EXPECT_NEAR(at(12'000, 0), 9, 0.1);
}

TEST_F(CaptureLagChoiceTest, LeavesOlderEstimatesOfItsRegimeOut) {
  add_lags({9, 9, 9, 13, 13});
  EXPECT_NEAR(at(204'001), 13, 0.1);
}

TEST_F(CaptureLagChoiceTest, BelievesNoTwoSurprisesThatDisagree) {
  add_lags({9, 21, 33, 9, 9});
  EXPECT_EQ(lag.steps(), 0);
  EXPECT_NEAR(at(204'000), 9, 0.1);
}

TEST_F(CaptureLagChoiceTest, AStepLiesBetweenTheEstimates) {
  add_lags({9, 9, 21, 21});
  EXPECT_EQ(lag.steps(), 1);
  // The estimates before and behind the step are at 60 000 and at 108 000.
  EXPECT_NEAR(at(84'000, 96'000), 9, 0.1);
  EXPECT_NEAR(at(84'001, 96'000), 21, 0.1);
}

TEST_F(CaptureLagChoiceTest, JudgesEachWindowOnce) {
  add_track(-700, 3500, random_byte);
  for (int ms = 0; ms < 3000; ms += 500) {
    add_late(ms, ms + 500, ms < 1000 ? 9 : 21, random_byte);
    estimate_until_ms(ms + 500);
  }
  EXPECT_EQ(lag.steps(), 1);
}

}  // namespace
}  // namespace reprise::recording
