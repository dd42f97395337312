#include "domain/recording/sound/speech.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace reprise::recording
