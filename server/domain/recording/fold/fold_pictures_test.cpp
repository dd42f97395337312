// Where the fold puts pictures: in step with the microphone's sound, and without a hole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/recording/fold/fold.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;

Folded fold_capture(Session& session, const Capture& plan, std::vector<double>& places) {
  session.started();
  places = capture(session, plan);
  session.ended(static_cast<std::int64_t>(plan.seconds * 48'000));
  return fold(session, {.render_sound = false});
}

struct StepCase {
  const char* name;
  Capture plan;
  double page_ppm;
  /// Whether the picture at this second of media time is checked.
  std::function<bool(double)> judged;
  double error_ms_max;
  std::int64_t steps;
  double last_lag_ms;
};
class PictureStepTest : public testing::TestWithParam<StepCase> {};

TEST_P(PictureStepTest, PicturesMeetTheSound) {
  const auto& tested = GetParam();
  Session session;
  session.page_ppm = tested.page_ppm;
  std::vector<double> places;
  const auto [media, view] = fold_capture(session, tested.plan, places);
  EXPECT_TRUE(media.ordered);
  ASSERT_EQ(media.pictures.size(), places.size());
  double worst = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!tested.judged(places[i])) continue;
    const double error = static_cast<double>(media.pictures[i].at_ns) * 1e-6 - places[i] * 1e3;
    worst = std::max(worst, std::abs(error));
  }
  EXPECT_LE(worst, tested.error_ms_max);
  RecordProperty("worst_us", static_cast<int>(worst * 1000));
  EXPECT_EQ(view.fit.lag_steps, tested.steps);
  EXPECT_NEAR(view.fit.mic_lag_ms, tested.last_lag_ms, 1);
  EXPECT_EQ(view.loss.camera.missing, 0);
}

bool always(double) { return true; }
/// Beeps of 80 ms each second, as the clapper has.
double beep(double moment) {
  const double in_second = moment - std::floor(moment);
  return in_second > 0.5 && in_second < 0.58 ? 0.5 * std::sin(2 * std::numbers::pi * 1000 * moment)
                                             : 0;
}
double lag_with_step(double second) { return second < 12 ? 6.0 : 18.0; }
bool away_from_step(double second) { return std::abs(second - 12) > 0.6; }

INSTANTIATE_TEST_SUITE_P(
    Steps, PictureStepTest,
    testing::Values(
        StepCase{"Steady", {.fifo_ms = [](double) { return 9.4; }}, 0, always, 2, 0, 9.4},
        StepCase{"ClockOfThePageDriftsFor5Minutes",
                 {.seconds = 300, .sound = beep, .fps = 5},
                 200,
                 always,
                 5,
                 0,
                 9},
        StepCase{"ClockOfThePageDriftsBack", {.seconds = 60}, -200, always, 5, 0, 9},
        StepCase{
            "FifoSteps", {.seconds = 30, .fifo_ms = lag_with_step}, 0, away_from_step, 5, 1, 18},
        StepCase{"FifoStepsUnderBeeps",
                 {.seconds = 30, .sound = beep, .fifo_ms = lag_with_step},
                 0,
                 [](double second) { return std::abs(second - 12) > 1.2; },
                 5,
                 1,
                 18},
        StepCase{"Starvation",
                 {.seconds = 30, .starved = [](double at) { return at > 10 && at < 13; }},
                 0,
                 always,
                 5,
                 0,
                 9},
        StepCase{"QuietAfterSpeechHoldsTheLag",
                 {.seconds = 30,
                  .sound = [](double at) { return at < 10 ? voice(at) : 0.0; },
                  .fifo_ms = [](double) { return 17.0; }},
                 0,
                 [](double second) { return second > 0.5; },
                 3,
                 0,
                 17},
        StepCase{"WithoutEnvelopesTheDefaultStands",
                 {.fifo_ms = [](double) { return 12.0; }, .with_envelopes = false},
                 0,
                 always,
                 2,
                 0,
                 0}),
    [](const auto& tested) { return tested.param.name; });

TEST(FoldPicturesTest, LateCameraIsHeldBefore) {
  Session session;
  std::vector<double> places;
  const auto [media, view] = fold_capture(session, {.seconds = 12, .camera_from = 5}, places);
  EXPECT_THAT(media.holds, testing::ElementsAre(0, 2 * kNs, 4 * kNs));
  EXPECT_TRUE(view.has_pictures);
  EXPECT_EQ(view.width, 640);
  EXPECT_EQ(view.height, 480);
}

TEST(FoldPicturesTest, CameraOffHoldsThePictureAndOnAgainStartsWithAKey) {
  Session session;
  session.started();
  session.anchors(0, 20 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(20 * 16'000));
  const auto shoot = [&](double from, double to, std::uint32_t first, bool key) {
    std::uint32_t number = first;
    for (double at = from; at < to; at += 0.04, ++number) {
      const auto us = kStartUs + std::llround(at * 1e6);
      session.picture(number, number == first ? key : false, us - kStartUs, us);
    }
    return number;
  };
  const auto next = shoot(0.1, 6, 0, true);
  session.event(5.9 * kSecond, R"("kind":"camera","on":false)");  // a few pictures come after it
  session.event(14 * kSecond, R"("kind":"camera","on":true)");
  const auto end = shoot(14.2, 19.9, next, true);
  session.ended(20 * kSecond);
  const auto [media, view] = fold(session);
  EXPECT_TRUE(media.ordered);
  EXPECT_EQ(media.pictures.size(), end);
  ASSERT_EQ(media.holds.size(), 5);
  EXPECT_NEAR(media.holds[1], 8 * kNs, 0.05 * kNs);  // until then the last picture itself is shown
  EXPECT_EQ(media.holds[2], media.holds[1] + 2 * kNs);
  EXPECT_LT(media.holds[4], 14.3 * kNs);
  EXPECT_EQ(view.loss.camera.missing, 0);
  EXPECT_TRUE(view.loss.camera.gaps.empty());
  EXPECT_EQ(view.events.size(), 2);
}

struct StallCase {
  const char* name;
  double next_s;  ///< time of the picture after the one at 1.04 s
  bool key;
  std::size_t holds;  ///< number of holds after the one at 0
  double gap_s;       ///< 0: there is no gap
};
class StallTest : public testing::TestWithParam<StallCase> {};

TEST_P(StallTest, ThePictureIsHeldAndTheGapIsNamed) {
  const auto& [name, next_s, key, holds, gap_s] = GetParam();
  Session session;
  session.started();
  session.anchors(0, 8 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(8 * 16'000));
  const auto shoot = [&session](std::uint32_t number, bool is_key, double at) {
    const auto us = std::llround(at * 1e6);
    session.picture(number, is_key, us, kStartUs + us);
  };
  shoot(0, true, 1);
  shoot(1, false, 1.04);
  shoot(2, key, next_s);
  for (std::uint32_t n = 3; next_s + (n - 2) * 0.5 < 8; ++n) shoot(n, true, next_s + (n - 2) * 0.5);
  session.ended(8 * kSecond);
  const auto [media, view] = fold(session);
  EXPECT_TRUE(media.ordered);
  EXPECT_EQ(media.holds.size(), holds + 1);
  EXPECT_EQ(view.loss.camera.missing, 0);
  ASSERT_EQ(view.loss.camera.gaps.size(), gap_s > 0 ? 1 : 0);
  if (gap_s == 0) return;
  const auto gap = view.loss.camera.gaps.front();
  EXPECT_NEAR(gap.end_ns - gap.start_ns, gap_s * kNs, 0.01 * kNs);
}

INSTANTIATE_TEST_SUITE_P(Stalls, StallTest,
                         testing::Values(StallCase{"Stutter", 1.9, false, 0, 0},
                                         StallCase{"Stall", 2.5, true, 0, 1.46},
                                         StallCase{"LongStall", 5.5, true, 2, 4.46},
                                         StallCase{"LongStallBeforeADelta", 3.5, false, 0, 2.46}),
                         [](const auto& tested) { return tested.param.name; });

TEST(FoldPicturesTest, CameraThatStandsStillAtTheEndIsAGap) {
  Session session;
  session.started();
  session.anchors(0, 5 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(5 * 16'000));
  session.picture(0, true, 1'000'000, kStartUs + 1'000'000);
  session.ended(5 * kSecond);
  const auto [media, view] = fold(session);
  ASSERT_EQ(view.loss.camera.gaps.size(), 1);
  EXPECT_NEAR(view.loss.camera.gaps[0].start_ns, 1 * kNs, 0.05 * kNs);
  EXPECT_EQ(view.loss.camera.gaps[0].end_ns, 5 * kNs);
}

TEST(FoldPicturesTest, LostReferenceHidesPicturesUntilTheNextKey) {
  Session session;
  session.started();
  session.anchors(0, 5 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(5 * 16'000));
  for (std::uint32_t i = 0; i < 120; ++i) {
    if (i >= 20 && i < 25) continue;
    session.picture(i, i % 60 == 0, i * 40'000, kStartUs + i * 40'000);
  }
  session.ended(5 * kSecond);
  const auto [media, view] = fold(session);
  EXPECT_EQ(media.pictures.size(), 80);
  EXPECT_TRUE(media.pictures.at(20).key);
  EXPECT_EQ(media.pictures.at(20).number, 60);
  EXPECT_EQ(view.loss.camera.missing, 40);
  EXPECT_EQ(view.loss.camera.kept, 80);
  ASSERT_EQ(view.loss.camera.gaps.size(), 1);
  EXPECT_NEAR(view.loss.camera.gaps[0].start_ns, 0.76 * kNs, 0.1 * kNs);
  // Time of the next key picture.
  EXPECT_NEAR(view.loss.camera.gaps[0].end_ns, 2.4 * kNs, 0.1 * kNs);
}

TEST(FoldPicturesTest, OtherSizeBeginsWithAKey) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  session.picture(0, true, 0, kStartUs + 500'000);
  session.picture(1, false, 40'000, kStartUs + 540'000, "1280x720");  // no key: cannot be decoded
  session.picture(2, true, 80'000, kStartUs + 580'000, "1280x720");
  session.picture(3, false, 120'000, kStartUs + 620'000, "1280x720");
  session.ended(4 * kSecond);
  const auto [media, view] = fold(session);
  ASSERT_EQ(media.pictures.size(), 3);
  EXPECT_EQ(media.pictures[1].width, 1280);
  EXPECT_TRUE(media.pictures[1].key);
  EXPECT_EQ(view.width, 640);
}

TEST(FoldPicturesTest, SkippedBeforeTheEncoderIsMissing) {
  Session session;
  session.started();
  session.anchors(0, 2 * kSecond);
  session.event(kSecond, R"("kind":"video_skipped","count":7,"reason":"encoder_busy")");
  session.ended(2 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(view.loss.camera.missing, 7);
  ASSERT_EQ(view.events.size(), 1);
  EXPECT_EQ(view.events[0].at_ns, kNs);
  EXPECT_EQ(view.events[0].detail_json, R"({"count":7,"reason":"encoder_busy"})");
}

}  // namespace
}  // namespace reprise::recording
