// The maps from clocks to the media axis: page_map, latency_fit, mic_map.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/clock/latency_fit.hpp"
#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/clock/page_map.hpp"

namespace reprise::recording {
namespace {

TEST(AnchorLineTest, InterpolatesAndGoesOnAtTheNominalRate) {
  AnchorLine line;
  EXPECT_FALSE(line.frame_at(0).has_value());
  line.add(PageUs(1'000'000), Frame(0));
  line.add(PageUs(1'250'000), Frame(12'010));  // a little fast
  EXPECT_DOUBLE_EQ(*line.frame_at(1'125'000), 6'005);
  EXPECT_DOUBLE_EQ(*line.frame_at(900'000), -4'800);
  EXPECT_DOUBLE_EQ(*line.frame_at(1'350'000), 12'010 + 4'800);
}

struct SurpriseCase {
  const char* name;
  std::vector<std::pair<std::int64_t, std::int64_t>> more;  ///< ms and frame, after 0 and 250 ms
  double want_at_1000_ms;
};
class AnchorSurpriseTest : public testing::TestWithParam<SurpriseCase> {};
TEST_P(AnchorSurpriseTest, BelievesWhatTwoReadingsSay) {
  AnchorLine line;
  line.add(PageUs(0), Frame(0));
  line.add(PageUs(250'000), Frame(12'000));
  for (const auto& [ms, frame] : GetParam().more) line.add(PageUs(ms * 1000), Frame(frame));
  EXPECT_NEAR(*line.frame_at(1'000'000), GetParam().want_at_1000_ms, 0.01);
}
INSTANTIATE_TEST_SUITE_P(
    Surprises, AnchorSurpriseTest,
    testing::Values(SurpriseCase{"OneWrongReading", {{500, 90'000}, {750, 36'000}}, 48'000},
                    SurpriseCase{"Step", {{500, 34'000}, {750, 46'000}}, 58'000},
                    SurpriseCase{"TwoWrongThatDisagree", {{500, 90'000}, {750, 20'000}}, 48'000},
                    SurpriseCase{"Backwards", {{200, 99'000}, {500, 11'000}}, 48'000},
                    SurpriseCase{"SmallDeviation", {{500, 24'100}}, 48'100},
                    SurpriseCase{"LargestDeviation", {{500, 24'960}}, 48'960},
                    SurpriseCase{"TooLargeADeviation", {{500, 24'961}}, 48'000},
                    SurpriseCase{"LateInTheSameFrame", {{260, 12'000}}, 47'520},
                    SurpriseCase{"TwiceTheSameTime", {{250, 12'500}}, 48'000},
                    SurpriseCase{"SurpriseAtTheSameTime", {{500, 34'000}, {500, 34'100}}, 48'000},
                    SurpriseCase{"TwoThatJustAgree", {{500, 34'000}, {750, 46'240}}, 58'240},
                    SurpriseCase{"TwoThatJustDisagree", {{500, 34'000}, {750, 46'241}}, 48'000}),
    [](const auto& tested) { return tested.param.name; });

/// A line with a step of 10 000 frames between 250 ms and 500 ms.
AnchorLine line_with_step() {
  AnchorLine line;
  line.add(PageUs(0), Frame(0));
  line.add(PageUs(250'000), Frame(12'000));
  line.add(PageUs(500'000), Frame(34'000));
  line.add(PageUs(750'000), Frame(46'000));
  return line;
}

TEST(AnchorLineTest, AtAStepEachTimeBelongsToTheNearerSide) {
  const AnchorLine line = line_with_step();
  EXPECT_NEAR(*line.frame_at(300'000), 14'400, 0.01);
  EXPECT_NEAR(*line.frame_at(374'999), 18'000, 0.1);
  EXPECT_NEAR(*line.frame_at(375'000), 28'000, 0.1);
  EXPECT_NEAR(*line.frame_at(450'000), 31'600, 0.01);
}

TEST(AnchorLineTest, InterpolatesUpToTheLargestDeviation) {
  AnchorLine line;
  line.add(PageUs(0), Frame(0));
  line.add(PageUs(250'000), Frame(12'960));
  EXPECT_NEAR(*line.frame_at(62'500), 3'240, 0.01);
}

TEST(AnchorLineTest, AClockThatStoodStillHasOnlyItsNewTimes) {
  AnchorLine line;
  line.add(PageUs(0), Frame(0));
  line.add(PageUs(250'000), Frame(12'000));
  line.add(PageUs(250'000), Frame(20'000));
  line.add(PageUs(500'000), Frame(32'000));
  EXPECT_NEAR(*line.frame_at(125'000), 14'000, 0.01);
}

TEST(AnchorLineTest, KeepsItsLastAnchors) {
  AnchorLine line;
  line.add(PageUs(0), Frame(100));
  for (std::size_t i = 1; i < kAnchorsMax; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    line.add(PageUs(n * 250'000), Frame(n * 12'000));
  }
  EXPECT_NEAR(*line.frame_at(125'000), 6'050, 0.01);
  line.add(PageUs(kAnchorsMax * 250'000), Frame(kAnchorsMax * 12'000));
  EXPECT_NEAR(*line.frame_at(125'000), 6'000, 0.01);
}

TEST(PageMapTest, LeadIsTheMedianOfTheLastSixteen) {
  PageMap map;
  map.add_output(PageUs(0), Frame(0));
  std::vector<double> leads;
  for (std::int64_t i = 0; i < 40; ++i) {
    const std::int64_t lead = 1'000 + i * 7 % 17 * 10 - i;
    leads.push_back(static_cast<double>(lead));
    map.add_render(PageUs(i * 250'000), Frame(i * 12'000 + lead));
    std::vector<double> last(leads.end() - std::min<std::ptrdiff_t>(i + 1, 16), leads.end());
    std::ranges::sort(last);
    EXPECT_NEAR(map.render_lead(), last[last.size() / 2], 0.01) << i;
  }
}

TEST(PageMapTest, LeadIsTheMedianOfRenderedOverHeard) {
  PageMap map;
  map.set_fallback(PageUs(1'000'000), Frame(0));
  EXPECT_DOUBLE_EQ(map.rendered_frame(2'000'000), 48'000);
  for (std::int64_t i = 0; i < 9; ++i) {
    map.add_output(PageUs(1'000'000 + i * 250'000), Frame(i * 12'000));
    map.add_render(PageUs(1'000'000 + i * 250'000),
                   Frame(i * 12'000 + (i == 4 ? 90'000 : 1'900 + i)));
  }
  EXPECT_NEAR(map.render_lead(), 1'904, 1);
  EXPECT_NEAR(map.rendered_frame(2'000'000), 49'904, 1);
}

TEST(PageMapTest, RenderAnchorsAloneAreEnough) {
  PageMap map;
  map.add_render(PageUs(1'000'000), Frame(4'800));
  EXPECT_DOUBLE_EQ(map.heard_frame(1'100'000), 9'600);
  EXPECT_DOUBLE_EQ(map.render_lead(), 0);
}

TEST(LatencyFitTest, MomentIsTheLeastDelayedArrival) {
  LatencyFit fit;
  const auto early = fit.add(DeviceUs(0), PageUs(1'000'700));
  const auto prompt = fit.add(DeviceUs(33'000), PageUs(1'033'100));
  const auto late = fit.add(DeviceUs(66'000), PageUs(1'400'000));
  EXPECT_EQ(fit.moment(early), PageUs(1'000'100));
  EXPECT_EQ(fit.moment(prompt), PageUs(1'033'100));
  EXPECT_EQ(fit.moment(late), PageUs(1'066'100));
}

TEST(LatencyFitTest, OtherClockHasItsOwnOffset) {
  LatencyFit fit;
  const auto on_page_clock = fit.add(DeviceUs(1'000'000'000'000), PageUs(1'000'000'005'000));
  const auto rebased = fit.add(DeviceUs(0), PageUs(1'000'000'015'000));
  const auto next = fit.add(DeviceUs(10'000), PageUs(1'000'000'022'000));
  EXPECT_EQ(fit.moment(on_page_clock), PageUs(1'000'000'005'000));
  EXPECT_EQ(fit.moment(rebased), PageUs(1'000'000'012'000));
  EXPECT_EQ(fit.moment(next), PageUs(1'000'000'022'000));
}

struct EpochCase {
  const char* name;
  ClockPair next;  ///< after device 1 000 000, page 10 000 000
  std::int64_t lasts_us;
  std::uint32_t want;
};
class EpochTest : public testing::TestWithParam<EpochCase> {};
TEST_P(EpochTest, TellsClocksApart) {
  LatencyFit fit;
  const auto first = fit.add(DeviceUs(1'000'000), PageUs(10'000'000),
                             std::chrono::microseconds(GetParam().lasts_us));
  const auto& next = GetParam().next;
  EXPECT_EQ(fit.add(next.device, next.page).epoch - first.epoch, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Epochs, EpochTest,
    testing::Values(
        EpochCase{"Continues", {DeviceUs(1'010'000), PageUs(10'010'000)}, 10'000, 0},
        EpochCase{"ContinuesLate", {DeviceUs(1'010'000), PageUs(14'000'000)}, 10'000, 0},
        EpochCase{"Back", {DeviceUs(183'399), PageUs(10'010'000)}, 10'000, 1},
        EpochCase{"BackWithoutALength", {DeviceUs(900'000), PageUs(10'010'000)}, 0, 1},
        EpochCase{"Ahead", {DeviceUs(2'440'000), PageUs(10'010'000)}, 10'000, 1},
        EpochCase{"BlocksLost", {DeviceUs(1'510'000), PageUs(10'540'000)}, 10'000, 0},
        EpochCase{"CameraStarved", {DeviceUs(1'040'000), PageUs(11'900'000)}, 0, 0},
        EpochCase{"OtherCamera", {DeviceUs(90'000'000), PageUs(10'040'000)}, 0, 1},
        EpochCase{"TwiceTheSame", {DeviceUs(1'000'000), PageUs(10'010'000)}, 0, 0},
        EpochCase{"LatestThatContinues", {DeviceUs(1'060'000), PageUs(14'000'000)}, 10'000, 0},
        EpochCase{"TooLateToContinue", {DeviceUs(1'060'001), PageUs(14'000'000)}, 10'000, 1},
        EpochCase{"LongestLoss", {DeviceUs(1'510'000), PageUs(10'610'000)}, 10'000, 0},
        EpochCase{"TooMuchLoss", {DeviceUs(1'510'000), PageUs(10'610'001)}, 10'000, 1},
        EpochCase{"LongestStarvation", {DeviceUs(1'100'000), PageUs(12'100'000)}, 0, 0},
        EpochCase{"LongerStarvation", {DeviceUs(1'100'000), PageUs(12'100'001)}, 0, 1}),
    [](const auto& tested) { return tested.param.name; });

TEST(LatencyFitTest, WindowEndsAtTheHorizon) {
  LatencyFit fit;
  const auto first = fit.add(DeviceUs(0), PageUs(10'000));
  fit.add(DeviceUs(1'500'000), PageUs(1'500'500));  // later than the horizon
  EXPECT_EQ(fit.moment(first), PageUs(10'000));
}

struct FitWindowCase {
  const char* name;
  std::int64_t prompt_page_us;  ///< of the one pair without delay; the judged pair is at 20 s
  bool counts;
};
class FitWindowTest : public testing::TestWithParam<FitWindowCase> {};
TEST_P(FitWindowTest, ReachesFromFiveSecondsBeforeToOneAfter) {
  constexpr std::int64_t kJudged = 20'000'000;
  const std::int64_t prompt = GetParam().prompt_page_us;
  LatencyFit fit;
  if (prompt < kJudged) fit.add(DeviceUs(prompt), PageUs(prompt));
  const auto judged = fit.add(DeviceUs(kJudged - 700), PageUs(kJudged));
  if (prompt > kJudged) fit.add(DeviceUs(prompt), PageUs(prompt));
  EXPECT_EQ(fit.offset(judged).count(), GetParam().counts ? 0 : 700);
}
INSTANTIATE_TEST_SUITE_P(Windows, FitWindowTest,
                         testing::Values(FitWindowCase{"First", 15'000'000, true},
                                         FitWindowCase{"BeforeIt", 14'999'999, false},
                                         FitWindowCase{"Last", 21'000'000, true},
                                         FitWindowCase{"AfterIt", 21'000'001, false}),
                         [](const auto& tested) { return tested.param.name; });

TEST(LatencyFitTest, KeepsItsLastPairs) {
  LatencyFit fit;
  auto pair = fit.add(DeviceUs(0), PageUs(10'000));
  const auto add = [&fit](std::int64_t n) {
    return fit.add(DeviceUs(n * 4'000), PageUs(n * 4'000 + 10'500));
  };
  for (std::size_t i = 1; i < kLatencyPairsMax; ++i) pair = add(static_cast<std::int64_t>(i));
  EXPECT_EQ(fit.offset(pair).count(), 10'000);
  pair = add(kLatencyPairsMax);
  EXPECT_EQ(fit.offset(pair).count(), 10'500);
  EXPECT_EQ(fit.pairs(), static_cast<std::int64_t>(kLatencyPairsMax) + 1);
}

TEST(MicMapTest, SaysWhichRowsItIgnores) {
  MicMap map;
  EXPECT_TRUE(map.add(MicSample(100), Frame(1'000)));
  EXPECT_TRUE(map.add(MicSample(100), Frame(1'000)));
  EXPECT_TRUE(map.add(MicSample(200), Frame(1'300)));   // on the line
  EXPECT_FALSE(map.add(MicSample(200), Frame(1'299)));  // back in time
  EXPECT_FALSE(map.add(MicSample(99), Frame(5'000)));   // back in samples
  EXPECT_EQ(map.frame_of(MicSample(1'000)).value, 3'700);
  EXPECT_TRUE(map.add(MicSample(100), Frame(1'003)));
  EXPECT_EQ(map.frame_of(MicSample(1'000)).value, 3'703);
}

TEST(MicMapTest, KeepsALimitedNumberOfBreaks) {
  MicMap map;
  for (std::size_t i = 0; i < kMicBreaksMax; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    ASSERT_TRUE(map.add(MicSample(n), Frame(n * 4))) << i;
  }
  EXPECT_FALSE(map.add(MicSample(kMicBreaksMax), Frame(kMicBreaksMax * 4)));
}

TEST(MicMapTest, TheDelayCountsWithoutAnyRow) {
  MicMap map;
  map.set_delay(Frame(47));
  EXPECT_EQ(map.frame_of(MicSample(100)).value, 253);
}

TEST(MicMapTest, BreaksMoveWhatFollowsThem) {
  MicMap map;
  EXPECT_EQ(map.frame_of(MicSample(10)).value, 30);
  map.set_delay(Frame(47));
  map.add(MicSample(0), Frame(1'000));
  map.add(MicSample(16'000), Frame(49'000));   // on the line: nothing new
  map.add(MicSample(32'000), Frame(99'000));   // 2 000 frames without samples
  map.add(MicSample(33'000), Frame(100'000));  // back in time: ignored
  map.add(MicSample(10), Frame(500'000));      // back in samples: ignored
  EXPECT_EQ(map.frame_of(MicSample(0)).value, 953);
  EXPECT_EQ(map.frame_of(MicSample(31'999)).value, 1'000 + 3 * 31'999 - 47);
  EXPECT_EQ(map.frame_of(MicSample(32'000)).value, 99'000 - 47);
  EXPECT_EQ(map.next_break(MicSample(0)).value, 32'000);
  EXPECT_GT(map.next_break(MicSample(32'000)).value, 1LL << 60);
}

TEST(FrontTest, GrowsNoFasterThanThePageClock) {
  constexpr std::int64_t kFirst = 1000 * 48'000;  // the chunks before it are lost
  Front front;
  EXPECT_TRUE(front.advance(Frame(0), LogNs(5'000'000'000)));
  EXPECT_TRUE(front.advance(Frame(kFirst), LogNs(5'000'000'000)));
  EXPECT_FALSE(front.advance(Frame(kFirst + kFrontSlack.value + 1), LogNs(5'000'000'000)));
  EXPECT_TRUE(front.advance(Frame(kFirst + kFrontSlack.value + 1), LogNs(5'100'000'000)));
  EXPECT_TRUE(front.advance(Frame(100), LogNs(0)));  // an older message changes nothing
  EXPECT_EQ(front.frame(), Frame(kFirst + kFrontSlack.value + 1));
  EXPECT_TRUE(front.plausible(Frame(2 * kFirst), LogNs(5'100'000'000 + 1'000'000'000'000)));
  EXPECT_FALSE(front.plausible(Frame(kMediaFramesMax + 1), LogNs(4'000'000'000'000'000'000)));
}

}  // namespace
}  // namespace reprise::recording
