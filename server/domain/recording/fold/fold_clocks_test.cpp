// Clocks that are wrong: the page clock jumps, a Worker has another clock, positions cannot be
// true. Whatever is dropped is reported.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/recording/clock/page_map.hpp"
#include "domain/recording/fold/fold.hpp"
#include "domain/recording/fold/scenario_for_test.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

constexpr std::int64_t kSecond = 48'000;
constexpr std::int64_t kNs = 1'000'000'000;
constexpr std::int64_t kHourUs = 3'600'000'000;

std::int64_t count_of(const View& view, std::string_view kind, std::string_view detail) {
  return std::ranges::count_if(view.events, [&](const Event& event) {
    return event.kind == kind && event.detail_json == detail;
  });
}

struct ClockCase {
  const char* name;
  std::int64_t jump_us;    ///< of the page clock, at 10 s
  std::int64_t worker_us;  ///< of the Workers' clock, all the time
  double page_ppm;
  double error_ms_max;  ///< of pictures, away from the jump
  bool by_order;        ///< some times cannot be true, and the loss report says so
};
class FoldClocksTest : public testing::TestWithParam<ClockCase> {};

/// Two sentences, at 3 s and at 14 s, each 2 s long; their words come 0.6 s later.
double two_sentences(double moment) {
  const bool speaks = (moment > 3 && moment < 5) || (moment > 14 && moment < 16);
  return speaks ? voice(moment) : 0;
}

TEST_P(FoldClocksTest, PicturesAndWordsStayInPlace) {
  const auto& tested = GetParam();
  Session session;
  session.page_ppm = tested.page_ppm;
  session.jump_at_s = 10;
  session.jump_us = tested.jump_us;
  session.worker_shift_us = tested.worker_us;
  session.started();
  const Capture plan{.seconds = 20, .sound = two_sentences};
  const auto places = capture(session, plan);
  session.said(5.6 * kSecond, "the first one");
  session.said(16.6 * kSecond, "the second one");
  session.ended(20 * kSecond);
  const auto [media, view] = fold(session, {.render_sound = false});

  EXPECT_TRUE(media.ordered);
  EXPECT_EQ(view.duration_ns, 20 * kNs);
  ASSERT_EQ(media.pictures.size(), places.size());
  EXPECT_EQ(view.loss.camera.missing, 0);
  double worst = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (tested.jump_us != 0 && std::abs(places[i] - 10) < 1) continue;
    worst = std::max(
        worst, std::abs(static_cast<double>(media.pictures[i].at_ns) * 1e-6 - places[i] * 1e3));
  }
  EXPECT_LE(worst, tested.error_ms_max);
  ASSERT_EQ(view.turns.size(), 2);
  EXPECT_EQ(heard_text(view.turns[0]), "the first one");
  EXPECT_NEAR(view.turns[0].start_ns, 3 * kNs, 0.3 * kNs);
  EXPECT_EQ(heard_text(view.turns[1]), "the second one");
  EXPECT_NEAR(view.turns[1].start_ns, 14 * kNs, 0.3 * kNs);
  const auto told = std::ranges::count(view.events, "clock_doubted", &Event::kind);
  EXPECT_EQ(told, tested.by_order ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(
    Clocks, FoldClocksTest,
    testing::Values(ClockCase{"One", 0, 0, 0, 13, false},
                    ClockCase{"JumpsBy3Hours", 3 * kHourUs, 0, 0, 13, false},
                    ClockCase{"JumpsByADay", 24 * kHourUs, 0, 0, 13, false},
                    ClockCase{"JumpsBackBy3Hours", -3 * kHourUs, 0, 0, 25, true},
                    ClockCase{"JumpsBackByADay", -24 * kHourUs, 0, 0, 25, true},
                    ClockCase{"DriftsAndJumps", 3 * kHourUs, 0, 200, 13, false},
                    ClockCase{"DriftsBackAndJumps", 3 * kHourUs, 0, -200, 13, false},
                    ClockCase{"WorkersAre3HoursAhead", 0, 3 * kHourUs, 0, 100, true},
                    ClockCase{"WorkersAre3HoursBehind", 0, -3 * kHourUs, 0, 100, true},
                    ClockCase{"WorkersAreADayAhead", 0, 24 * kHourUs, 0, 100, true},
                    ClockCase{"WorkersAreADayBehind", 0, -24 * kHourUs, 0, 100, true}),
    [](const auto& tested) { return tested.param.name; });

TEST(FoldClocksTest, WhatTheFoldLeavesOutIsMissingAndTold) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  const auto far = std::to_string(3 * 3600 * kSecond);
  session.row(Topic::Clock, kSecond, R"("kind":"output","page_us":1,"context_frame":)" + far);
  session.row(Topic::Clock, kSecond, R"("kind":"output","page_us":"late","context_frame":7)");
  session.row(Topic::Clock, kSecond, R"("kind":"of_a_later_version")");
  session.playout(
      2.0 * kSecond,
      R"("kind":"span","item":0,"first_sample":0,"sample_count":9,"context_frame":)" + far);
  session.playout(2.0 * kSecond,
                  R"("kind":"flush","item":0,"dropped_samples":1,"context_frame":)" + far);
  session.row(Topic::Events, 2.0 * kSecond,
              R"("kind":"mute","on":true,"page_us":1,"context_frame":)" + far);
  session.row(Topic::Events, 2.0 * kSecond, R"("kind":"mute","on":true)");
  session.picture(0, true, 1'000'000, kStartUs + 1'000'000);
  session.add(Topic::CameraVideo, 1, kStartUs + 1'040'000, bytes_of("no protobuf"));
  session.picture(2, false, 1'080'000, kStartUs + 1'080'000, "big");
  session.add(Topic::ModelPcm, 0, kStartUs + 1'040'000, bytes_of("no protobuf"));
  session.ended(4 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(view.duration_ns, 4 * kNs);
  EXPECT_EQ(view.loss.camera.kept, 1);
  EXPECT_EQ(view.loss.camera.missing, 2);
  EXPECT_EQ(view.loss.model.missing, 1);
  EXPECT_EQ(view.loss.microphone.missing, 0);
  EXPECT_EQ(view.loss.messages.missing, 6);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/clock","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/playout","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/events","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/camera/video","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/model/pcm","count":1})"), 1);
  EXPECT_EQ(view.events.size(), 5);
}

/// Samples that come again, go back, or are too many to hold.
TEST(FoldClocksTest, WhatRepeatsOrGoesBackIsMissingAndTold) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  session.row(Topic::Clock, 3.0 * kSecond,
              R"("kind":"mic","first_sample":40000,"context_frame":1000)");
  session.row(Topic::Clock, 3.0 * kSecond,
              R"("kind":"mic","first_sample":40000,"context_frame":119999)");
  for (const std::uint32_t first : {8'000U, 8'320U}) {
    const auto us = session.page_us(2.0 * kSecond);
    const auto pcm = bytes_of(std::vector<std::int16_t>(320));
    session.add(Topic::MicPcm, first, us, encode_audio({us * 1000, pcm, 16'000, 1}));
  }
  for (int again = 0; again < 2; ++again) {
    session.model(0, 1.0 * kSecond, std::vector<std::int16_t>(480));
    session.picture(0, true, 1'000'000, kStartUs + 1'000'000);
    session.playout(1.0 * kSecond, R"("kind":"fade","context_frame":4800,"sample_count":120)");
  }
  session.ended(4 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(view.loss.microphone.kept, 200);
  EXPECT_EQ(view.loss.microphone.missing, 2);
  EXPECT_EQ(view.loss.model.kept, 1);
  EXPECT_EQ(view.loss.model.missing, 1);
  EXPECT_EQ(view.loss.camera.kept, 1);
  EXPECT_EQ(view.loss.camera.missing, 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/mic/pcm","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/model/pcm","count":1})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/camera/video","count":1})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/clock","count":2})"), 1);
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/playout","count":1})"), 1);
  EXPECT_EQ(view.loss.messages.missing, 3);
}

TEST(FoldClocksTest, MoreSwitchesThanAreHeldAreMissingAndTold) {
  Session session;
  session.started();
  session.mic(0, 0, std::vector<std::int16_t>(1 * 16'000));
  for (int i = 0; i < 1003; ++i) {
    const char* on = i % 2 == 0 ? "true" : "false";
    for (const char* kind : {"mute", "camera"}) {
      session.row(
          Topic::Events, 0.9 * kSecond,
          R"("kind":")" + std::string(kind) + R"(","page_us":1,"context_frame":40000,"on":)" + on);
    }
  }
  session.ended(1 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(count_of(view, "left_out", R"({"topic":"/events","count":6})"), 1);
  EXPECT_EQ(view.loss.messages.missing, 6);
}

TEST(FoldClocksTest, AFrameThatIsUsedLaterTellsHowManyWereLeftOut) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  session.picture(0, true, 1'000'000, kStartUs + 1'000'000);
  session.picture(1, false, 1'040'000, kStartUs + 1'040'000, "big");
  session.picture(5, true, 1'200'000, kStartUs + 1'200'000);
  session.ended(4 * kSecond);
  const auto view = fold(session).view;
  EXPECT_EQ(view.loss.camera.kept, 2);
  EXPECT_EQ(view.loss.camera.missing, 4);
}

TEST(FoldClocksTest, PicturesFarBehindTheEndAreMissing) {
  Session session;
  session.started();
  session.anchors(0, 4 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(4 * 16'000));
  session.ended(4 * kSecond);
  std::uint32_t number = 0;
  for (const std::int64_t us : {1'000'000, 4'500'000, 8'000'000}) {
    session.picture(number++, true, us, kStartUs + us);
  }
  const auto [media, view] = fold(session);
  EXPECT_EQ(view.duration_ns, 4 * kNs);
  EXPECT_EQ(media.pictures.size(), 1);
  EXPECT_EQ(view.loss.camera.missing, 1);  // the second one was taken while the recording ended
}

TEST(AnchorLineTest, FollowsAClockThatWasSetBack) {
  AnchorLine line;
  const std::int64_t start = kStartUs;
  for (std::int64_t i = 0; i < 8; ++i) line.add(PageUs(start + i * 250'000), Frame(i * 12'000));
  line.add(PageUs(start - kHourUs), Frame(8 * 12'000));  // alone it may be a wrong reading
  EXPECT_NEAR(*line.frame_at(static_cast<double>(start + 2'000'000)), 96'000, 1);
  line.add(PageUs(start - kHourUs + 250'000), Frame(9 * 12'000));
  EXPECT_NEAR(*line.frame_at(static_cast<double>(start - kHourUs + 500'000)), 120'000, 1);
}

TEST(AnchorLineTest, AJumpIsNoSlowPassage) {
  AnchorLine line;
  for (std::int64_t i = 0; i < 4; ++i) line.add(PageUs(i * 250'000), Frame(i * 12'000));
  line.add(PageUs(kHourUs), Frame(4 * 12'000));
  line.add(PageUs(kHourUs + 250'000), Frame(5 * 12'000));
  // 100 ms after the last anchor before the jump
  EXPECT_NEAR(*line.frame_at(850'000), 40'800, 1);
  // 100 ms before the first anchor after it
  EXPECT_NEAR(*line.frame_at(kHourUs - 100'000), 43'200, 1);
  // Not given by any anchor: between the two.
  EXPECT_NEAR(*line.frame_at(kHourUs / 2.0 - 1e6), 48'000, 1);
}

TEST(FoldMarksTest, AMarkIsAnEventAtItsMoment) {
  Session session;
  session.started();
  session.anchors(0, 6 * kSecond);
  session.mic(0, 0, std::vector<std::int16_t>(6 * 16'000));
  session.event(1.5 * kSecond, R"("kind":"mark")");
  session.ended(6 * kSecond);
  const auto [media, view] = fold(session);
  const auto mark = std::ranges::find(view.events, "mark", &Event::kind);
  ASSERT_NE(mark, view.events.end());
  EXPECT_NEAR(static_cast<double>(mark->at_ns) / kNs, 1.5, 0.05);
}

}  // namespace
}  // namespace reprise::recording
