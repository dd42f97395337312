// The maps from clocks to the media axis: page_map, latency_fit, mic_map.

#include <gtest/gtest.h>

#include "domain/recording/clock/front.hpp"
#include "domain/recording/clock/latency_fit.hpp"
#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/clock/page_map.hpp"

namespace reprise::recording {
namespace {

TEST(AnchorLineTest, InterpolatesAndGoesOnAtTheNominalRate) {
  AnchorLine line;
  EXPECT_FALSE(line.frame_at(0).has_value());
  line.add(1'000'000, 0);
  line.add(1'250'000, 12'010);  // a little fast
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
  line.add(0, 0);
  line.add(250'000, 12'000);
  for (const auto& [ms, frame] : GetParam().more) line.add(ms * 1000, frame);
  EXPECT_NEAR(*line.frame_at(1'000'000), GetParam().want_at_1000_ms, 0.01);
}
INSTANTIATE_TEST_SUITE_P(
    Surprises, AnchorSurpriseTest,
    testing::Values(SurpriseCase{"OneWrongReading", {{500, 90'000}, {750, 36'000}}, 48'000},
                    SurpriseCase{"Step", {{500, 34'000}, {750, 46'000}}, 58'000},
                    SurpriseCase{"TwoWrongThatDisagree", {{500, 90'000}, {750, 20'000}}, 48'000},
                    SurpriseCase{"Backwards", {{200, 99'000}, {500, 11'000}}, 48'000},
                    SurpriseCase{"SmallDeviation", {{500, 24'100}}, 48'100}),
    [](const auto& tested) { return tested.param.name; });

TEST(PageMapTest, LeadIsTheMedianOfRenderedOverHeard) {
  PageMap map;
  map.set_fallback(1'000'000, 0);
  EXPECT_DOUBLE_EQ(map.rendered_frame(2'000'000), 48'000);
  for (std::int64_t i = 0; i < 9; ++i) {
    map.add_output(1'000'000 + i * 250'000, i * 12'000);
    map.add_render(1'000'000 + i * 250'000, i * 12'000 + (i == 4 ? 90'000 : 1'900 + i));
  }
  EXPECT_NEAR(map.render_lead(), 1'904, 1);
  EXPECT_NEAR(map.rendered_frame(2'000'000), 49'904, 1);
}

TEST(PageMapTest, RenderAnchorsAloneAreEnough) {
  PageMap map;
  map.add_render(1'000'000, 4'800);
  EXPECT_DOUBLE_EQ(map.heard_frame(1'100'000), 9'600);
  EXPECT_DOUBLE_EQ(map.render_lead(), 0);
}

TEST(LatencyFitTest, MomentIsTheLeastDelayedArrival) {
  LatencyFit fit;
  const auto early = fit.add(0, 1'000'700);
  const auto prompt = fit.add(33'000, 1'033'100);
  const auto late = fit.add(66'000, 1'400'000);
  EXPECT_EQ(fit.moment_us(early), 1'000'100);
  EXPECT_EQ(fit.moment_us(prompt), 1'033'100);
  EXPECT_EQ(fit.moment_us(late), 1'066'100);
}

TEST(LatencyFitTest, OtherClockHasItsOwnOffset) {
  LatencyFit fit;
  const auto on_page_clock = fit.add(1'000'000'000'000, 1'000'000'005'000);
  const auto rebased = fit.add(0, 1'000'000'015'000);
  const auto next = fit.add(10'000, 1'000'000'022'000);
  EXPECT_EQ(fit.moment_us(on_page_clock), 1'000'000'005'000);
  EXPECT_EQ(fit.moment_us(rebased), 1'000'000'012'000);
  EXPECT_EQ(fit.moment_us(next), 1'000'000'022'000);
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
  const auto first = fit.add(1'000'000, 10'000'000, GetParam().lasts_us);
  const auto& next = GetParam().next;
  EXPECT_EQ(fit.add(next.device_us, next.page_us).epoch - first.epoch, GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Epochs, EpochTest,
    testing::Values(EpochCase{"Continues", {1'010'000, 10'010'000}, 10'000, 0},
                    EpochCase{"ContinuesLate", {1'010'000, 14'000'000}, 10'000, 0},
                    EpochCase{"Back", {183'399, 10'010'000}, 10'000, 1},
                    EpochCase{"BackWithoutALength", {900'000, 10'010'000}, 0, 1},
                    EpochCase{"Ahead", {2'440'000, 10'010'000}, 10'000, 1},
                    EpochCase{"BlocksLost", {1'510'000, 10'540'000}, 10'000, 0},
                    EpochCase{"CameraStarved", {1'040'000, 11'900'000}, 0, 0},
                    EpochCase{"OtherCamera", {90'000'000, 10'040'000}, 0, 1}),
    [](const auto& tested) { return tested.param.name; });

TEST(LatencyFitTest, WindowEndsAtTheHorizon) {
  LatencyFit fit;
  const auto first = fit.add(0, 10'000);
  fit.add(1'500'000, 1'500'500);  // later than the horizon
  EXPECT_EQ(fit.moment_us(first), 10'000);
}

TEST(MicMapTest, BreaksMoveWhatFollowsThem) {
  MicMap map;
  EXPECT_EQ(map.frame_of(10), 30);
  map.set_delay(47);
  map.add(0, 1'000);
  map.add(16'000, 49'000);   // on the line: nothing new
  map.add(32'000, 99'000);   // 2 000 frames without samples
  map.add(33'000, 100'000);  // back in time: ignored
  map.add(10, 500'000);      // back in samples: ignored
  EXPECT_EQ(map.frame_of(0), 953);
  EXPECT_EQ(map.frame_of(31'999), 1'000 + 3 * 31'999 - 47);
  EXPECT_EQ(map.frame_of(32'000), 99'000 - 47);
  EXPECT_EQ(map.next_break(0), 32'000);
  EXPECT_GT(map.next_break(32'000), 1LL << 60);
}

TEST(FrontTest, GrowsNoFasterThanThePageClock) {
  constexpr std::int64_t kFirst = 1000 * 48'000;  // the chunks before it are lost
  Front front;
  EXPECT_TRUE(front.advance(0, 5'000'000'000));
  EXPECT_TRUE(front.advance(kFirst, 5'000'000'000));
  EXPECT_FALSE(front.advance(kFirst + kFrontSlackFrames + 1, 5'000'000'000));
  EXPECT_TRUE(front.advance(kFirst + kFrontSlackFrames + 1, 5'100'000'000));
  EXPECT_TRUE(front.advance(100, 0));  // an older message changes nothing
  EXPECT_EQ(front.frame(), kFirst + kFrontSlackFrames + 1);
  EXPECT_TRUE(front.plausible(2 * kFirst, 5'100'000'000 + 1'000'000'000'000));
  EXPECT_FALSE(front.plausible(kMediaFramesMax + 1, 4'000'000'000'000'000'000));
}

}  // namespace
}  // namespace reprise::recording
