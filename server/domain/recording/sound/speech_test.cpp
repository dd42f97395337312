#include "domain/recording/sound/speech.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace reprise::recording {
namespace {

double square_of(double dbfs) { return 32768.0 * 32768.0 * std::pow(10, dbfs / 10); }

struct SpeechCase {
  const char* name;
  std::function<double(int)> dbfs;  ///< at a hop of 10 ms, 1000 hops
  std::function<bool(int)> muted;
  std::vector<std::pair<int, int>> want;  ///< hops, ± 5
};
class SpeechDetectorTest : public testing::TestWithParam<SpeechCase> {};
TEST_P(SpeechDetectorTest, FindsSpeech) {
  SpeechDetector detector;
  for (int hop = 0; hop < 1000; ++hop) {
    detector.add(Frame(hop * 480), square_of(GetParam().dbfs(hop)), GetParam().muted(hop));
  }
  detector.finish();
  const auto& segments = detector.segments();
  ASSERT_EQ(segments.size(), GetParam().want.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(segments[i].start.value) / 480, GetParam().want[i].first, 5);
    EXPECT_NEAR(static_cast<double>(segments[i].end.value) / 480, GetParam().want[i].second, 5);
  }
}
TEST(SpeechTest, AGapInANoisyRoomIsNoSpeechAndMakesNone) {
  SpeechDetector detector;
  for (int hop = 0; hop < 1000; ++hop) {
    if (hop < 10 || (hop >= 300 && hop < 400)) {
      detector.add_missing(Frame(hop * 480));
    } else {
      detector.add(Frame(hop * 480), square_of(hop >= 600 && hop < 700 ? -20 : -45), false);
    }
  }
  detector.finish();
  ASSERT_EQ(detector.segments().size(), 1);
  EXPECT_NEAR(static_cast<double>(detector.segments()[0].start.value) / 480, 600, 5);
}

bool never(int) { return false; }
double said(int hop, double noise) {  // syllables of 150 ms with 50 ms between
  return hop >= 300 && hop < 500 && hop % 20 < 15 ? -25 : noise;
}
INSTANTIATE_TEST_SUITE_P(
    Speech, SpeechDetectorTest,
    testing::Values(
        SpeechCase{"InAQuietRoom", [](int hop) { return said(hop, -80); }, never, {{300, 495}}},
        SpeechCase{"InANoisyRoom", [](int hop) { return said(hop, -48); }, never, {{300, 495}}},
        SpeechCase{
            "AfterDigitalSilence", [](int hop) { return said(hop, -200); }, never, {{300, 495}}},
        SpeechCase{
            "FromTheFirstSample", [](int hop) { return hop < 100 ? -25 : -80; }, never, {{0, 100}}},
        SpeechCase{"ClickIsNotSpeech",
                   [](int hop) { return hop == 400 || hop == 401 ? -10 : -70; },
                   never,
                   {}},
        SpeechCase{
            "BeepsAreNotSpeech", [](int hop) { return hop % 100 < 6 ? -20 : -200; }, never, {}},
        SpeechCase{"SteadyNoiseIsNotSpeech", [](int) { return -40; }, never, {}},
        SpeechCase{
            "Whisper", [](int hop) { return hop >= 300 && hop < 400 ? -58 : -80; }, never, {}},
        SpeechCase{"Muted", [](int hop) { return said(hop, -80); }, [](int) { return true; }, {}},
        SpeechCase{"MutedInTheMiddle",
                   [](int hop) { return said(hop, -80); },
                   [](int hop) { return hop >= 400; },
                   {{300, 395}}},
        SpeechCase{"TwoStretches",
                   [](int hop) {
                     return (hop >= 100 && hop < 200) || (hop >= 260 && hop < 300) ? -20 : -70;
                   },
                   never,
                   {{100, 200}, {260, 300}}}),
    [](const auto& tested) { return tested.param.name; });

struct ExactCase {
  const char* name;
  std::vector<std::pair<int, int>> loud;   ///< hops in which somebody speaks
  std::vector<std::pair<int, int>> muted;  ///< hops
  std::vector<std::pair<int, int>> want;   ///< hops
  double dbfs = -20;
};
class SpeechEdgesTest : public testing::TestWithParam<ExactCase> {};
TEST_P(SpeechEdgesTest, AreExact) {
  const auto& tested = GetParam();
  const auto within = [](const std::vector<std::pair<int, int>>& ranges, int hop) {
    return std::ranges::any_of(
        ranges, [hop](const auto& range) { return hop >= range.first && hop < range.second; });
  };
  SpeechDetector detector;
  for (int hop = 0; hop < 300; ++hop) {
    detector.add(Frame(hop * 480), square_of(within(tested.loud, hop) ? tested.dbfs : -80),
                 within(tested.muted, hop));
  }
  detector.finish();
  std::vector<std::pair<int, int>> got;
  for (const auto& [start, end] : detector.segments()) {
    got.emplace_back(start.value / 480, end.value / 480);
  }
  EXPECT_EQ(got, tested.want);
}
INSTANTIATE_TEST_SUITE_P(
    Edges, SpeechEdgesTest,
    testing::Values(
        ExactCase{"OneStretch", {{100, 150}}, {}, {{100, 150}}},
        ExactCase{"AtTheVeryBeginning", {{0, 50}}, {}, {{0, 50}}},
        ExactCase{"ToTheVeryEnd", {{250, 300}}, {}, {{250, 300}}},
        ExactCase{"HardlyLouderThanTheNoise", {{100, 150}}, {}, {{100, 150}}, -54},
        ExactCase{"FourLoudValuesBegin", {{100, 104}, {120, 124}}, {}, {{100, 124}}},
        ExactCase{"ThreeDoNot", {{100, 103}, {120, 123}}, {}, {}},
        ExactCase{"FourOfSixBegin", {{100, 102}, {104, 106}, {120, 124}}, {}, {{100, 124}}},
        ExactCase{"FourOfSevenDoNot", {{100, 102}, {105, 107}, {120, 123}}, {}, {}},
        ExactCase{"TwelveValuesAreSpeech", {{100, 112}}, {}, {{100, 112}}},
        ExactCase{"ElevenAreNot", {{100, 111}}, {}, {}},
        ExactCase{"APauseOf39Values", {{100, 120}, {159, 180}}, {}, {{100, 180}}},
        ExactCase{"APauseOf40Values", {{100, 120}, {160, 180}}, {}, {{100, 120}, {160, 180}}},
        ExactCase{"MutedForAMoment", {{100, 160}}, {{120, 125}}, {{100, 120}, {125, 160}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(SpeechDetectorTest, ToldWhileItGoesOn) {
  SpeechDetector detector;
  for (int hop = 0; hop < 24; ++hop) {
    detector.add(Frame(hop * 480), square_of(hop < 20 ? -80 : -20), false);
    EXPECT_EQ(detector.open().has_value(), hop == 23) << hop;
  }
  EXPECT_EQ(detector.open()->start, Frame(20 * 480));
  EXPECT_EQ(detector.open()->end, Frame(24 * 480));
}

}  // namespace
}  // namespace reprise::recording
