#include "domain/recording/view/view_row.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.hpp"

namespace reprise::recording {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Ten seconds: the person is loud in the first second, the model in the last.
View ten_seconds() {
  View view;
  view.duration_ns = 10 * kSecond;
  view.peaks.person.assign(2000, 0);
  view.peaks.model.assign(2000, 0);
  for (std::size_t i = 0; i < 100; ++i) {
    view.peaks.person.at(2 * i) = -100;
    view.peaks.model.at(2 * (900 + i) + 1) = 40;
  }
  return view;
}

Bytes bytes_of(const View& view) { return base64_decode(row_seam(view)).value(); }

int byte_at(const Bytes& bytes, std::size_t i) { return std::to_integer<int>(bytes.at(i)); }

TEST(RowSeam, IsShort) {
  const std::string seam = row_seam(ten_seconds());
  EXPECT_EQ(seam.size(), 188U);
  EXPECT_EQ(bytes_of(ten_seconds()).size(), kRowSeamBars + 39);
}

TEST(RowSeam, HasThePersonAboveAndTheModelBelow) {
  const Bytes seam = bytes_of(ten_seconds());
  for (std::size_t bar = 0; bar < kRowSeamBars; ++bar) {
    const int value = byte_at(seam, bar);
    EXPECT_EQ(value >> 4, bar < 10 ? 15 : 0) << bar;
    EXPECT_EQ(value & 15, bar >= 90 ? 15 : 0) << bar;
  }
}

TEST(RowSeam, MarksCutsAndGaps) {
  View view = ten_seconds();
  view.turns = {Turn{.speaker = Speaker::Model, .interrupted_at_ns = 0},
                Turn{.speaker = Speaker::Model, .interrupted_at_ns = 10 * kSecond},
                Turn{.speaker = Speaker::Person}};
  view.loss.microphone.gaps = {{.start_ns = 800'000'000, .end_ns = kSecond},
                               {.start_ns = 5 * kSecond, .end_ns = 5 * kSecond + 20'000'000}};
  view.loss.model.gaps = {{.start_ns = 0, .end_ns = 10 * kSecond}};
  const Bytes seam = bytes_of(view);
  EXPECT_EQ(byte_at(seam, 100), 0x80);
  EXPECT_EQ(byte_at(seam, 101), 0);
  EXPECT_EQ(byte_at(seam, 112), 0x10);  // bar 99
  EXPECT_EQ(byte_at(seam, 113), 0);
  EXPECT_EQ(byte_at(seam, 114), 0xC0);  // bars 8 and 9
  EXPECT_EQ(byte_at(seam, 119), 0) << "20 ms are not noticed";
  EXPECT_EQ(byte_at(seam, 126), 0xFF);
  EXPECT_EQ(byte_at(seam, 138), 0xF0);
}

TEST(RowSeam, TakesWhatIsOddAsItIs) {
  EXPECT_EQ(row_seam(View{}), "");
  View short_one;
  short_one.duration_ns = 1;
  EXPECT_EQ(row_seam(short_one).size(), 188U);
  View more_sound_than_time = ten_seconds();
  more_sound_than_time.duration_ns = kSecond;
  EXPECT_EQ(byte_at(bytes_of(more_sound_than_time), 99) >> 4, 15);
  View odd = ten_seconds();
  odd.peaks.person = {-128};
  odd.turns = {Turn{.interrupted_at_ns = -5}, Turn{.interrupted_at_ns = 99 * kSecond}};
  odd.loss.model.gaps = {{.start_ns = -9 * kSecond, .end_ns = 99 * kSecond}};
  EXPECT_EQ(row_seam(odd).size(), 188U);
}

struct MissingCase {
  const char* name;
  std::vector<TimeRange> gaps;
  std::int64_t want_ms;
};
class Missing : public testing::TestWithParam<MissingCase> {};

TEST_P(Missing, IsTheUnionOfTheGaps) {
  ChannelLoss loss;
  for (const TimeRange& gap : GetParam().gaps) {
    loss.gaps.push_back({.start_ns = gap.start_ns * 1'000'000, .end_ns = gap.end_ns * 1'000'000});
  }
  EXPECT_EQ(missing_ns(loss), GetParam().want_ms * 1'000'000);
}

INSTANTIATE_TEST_SUITE_P(
    Gaps, Missing,
    testing::Values(MissingCase{"None", {}, 0}, MissingCase{"One", {{100, 300}}, 200},
                    MissingCase{"Two", {{100, 300}, {400, 500}}, 300},
                    MissingCase{"Overlapping", {{100, 300}, {200, 400}}, 300},
                    MissingCase{"OneInAnother", {{100, 500}, {200, 300}}, 400},
                    MissingCase{"OutOfOrder", {{400, 500}, {0, 100}}, 200},
                    MissingCase{"FromTheStart", {{0, 60}}, 60},
                    MissingCase{"TooShortToNotice", {{100, 149}, {200, 249}}, 0},
                    MissingCase{"LongEnoughToNotice", {{100, 150}, {200, 249}}, 50},
                    MissingCase{"ShortOnesThatTouch", {{100, 130}, {130, 160}}, 60}),
    [](const auto& tested) { return tested.param.name; });

TEST(LeftOut, IsWhatHasNoPlaceInTime) {
  const ChannelLoss unplaced{.kept = 9, .missing = 1};
  const ChannelLoss unnoticed{.kept = 9, .missing = 1, .gaps = {{0, 20'000'000}}};
  const ChannelLoss placed{.kept = 9, .missing = 9, .gaps = {{0, 200'000'000}}};
  EXPECT_FALSE(left_out({}));
  EXPECT_TRUE(left_out({.microphone = unplaced}));
  EXPECT_TRUE(left_out({.microphone = unnoticed}));
  EXPECT_FALSE(left_out({.microphone = placed}));
  EXPECT_TRUE(left_out({.model = unplaced}));
  EXPECT_TRUE(left_out({.messages = unplaced}));
  EXPECT_FALSE(left_out({.camera = unplaced, .words = unplaced, .events = unplaced}));
}

/// The bars of the person whose recording has these levels, one each 10 ms.
std::vector<int> person_bars(const std::vector<int>& levels, std::int64_t duration_ms) {
  View view;
  view.duration_ns = duration_ms * 1'000'000;
  for (const int level : levels) {
    view.peaks.person.push_back(0);
    view.peaks.person.push_back(static_cast<std::int8_t>(level));
  }
  std::vector<int> bars;
  const Bytes seam = bytes_of(view);
  bars.reserve(kRowSeamBars);
  for (std::size_t bar = 0; bar < kRowSeamBars; ++bar) bars.push_back(byte_at(seam, bar) >> 4);
  return bars;
}

/// Ten seconds: `level` in each bar that is given, `loud` in the others.
std::vector<int> levels_with(int loud, const std::vector<std::pair<std::size_t, int>>& bars) {
  std::vector<int> levels(1000, loud);
  for (const auto& [bar, level] : bars) {
    std::fill_n(levels.begin() + static_cast<std::ptrdiff_t>(10 * bar), 10, level);
  }
  return levels;
}

TEST(RowSeam, HeightsFollowTheLevels) {
  const auto bars = person_bars(levels_with(60, {{3, 40}, {4, 30}, {5, 0}, {6, -128}}), 10'000);
  EXPECT_EQ(bars[2], 15);
  EXPECT_EQ(bars[3], 11);  // 15 * 1.2 * 40 * 0.95 / 60 = 11.4
  EXPECT_EQ(bars[4], 9);   // 8.55
  EXPECT_EQ(bars[5], 0);
  EXPECT_EQ(bars[6], 15);
}

TEST(RowSeam, ABarIsOfItsPeakAndItsMean) {
  auto levels = levels_with(60, {{3, 0}});
  for (const std::size_t i : {31, 33, 35, 37, 39}) levels[i] = 60;
  // The level 60 is drawn at 0.95: 15 * (0.45 * 0.95 + 0.75 * 0.95 / 2) = 11.8
  EXPECT_EQ(person_bars(levels, 10'000)[3], 12);
}

TEST(RowSeam, QuietNoiseDoesNotCountAsSpeech) {
  std::vector<int> levels(1000, 2);
  std::fill_n(levels.begin(), 100, 50);
  const auto bars = person_bars(levels, 10'000);
  EXPECT_EQ(bars[0], 15);
  EXPECT_EQ(bars[99], 1);  // drawn 2.4 times as large
}

TEST(RowSeam, TheFewLoudestValuesDoNotCount) {
  for (const std::size_t loudest : {2, 3}) {  // of 200; the quantile lies at 197
    std::vector<int> levels(1000, 0);
    std::fill_n(levels.begin(), 200, 40);
    std::fill_n(levels.begin(), loudest, 120);
    // 15 * 1.2 * 40 / 127 = 5.7, without a larger scale.
    EXPECT_EQ(person_bars(levels, 10'000)[10], loudest == 2 ? 15 : 6) << loudest;
  }
}

TEST(RowSeam, AShortRecordingFillsAllBars) {
  std::vector<int> levels(50, 0);
  levels.back() = 100;
  for (const std::int64_t duration_ms : {495, 500}) {
    const auto bars = person_bars(levels, duration_ms);
    for (std::size_t bar = 0; bar < kRowSeamBars; ++bar) {
      EXPECT_EQ(bars[bar], bar < 98 ? 0 : 15) << duration_ms << " " << bar;
    }
  }
}

TEST(RowSeam, SoundThatEndsEarlyLeavesTheRestEmpty) {
  const auto bars = person_bars(std::vector<int>(500, 100), 10'000);
  EXPECT_EQ(bars[49], 15);
  for (std::size_t bar = 50; bar < kRowSeamBars; ++bar) EXPECT_EQ(bars[bar], 0) << bar;
}

TEST(RowSeam, AGapOf50MsIsMarked) {
  View view = ten_seconds();
  view.loss.model.gaps = {{.start_ns = 0, .end_ns = 50'000'000},
                          {.start_ns = kSecond, .end_ns = kSecond + 49'999'999}};
  const Bytes seam = bytes_of(view);
  EXPECT_EQ(byte_at(seam, 126), 0x80);
  EXPECT_EQ(byte_at(seam, 127), 0);
}

}  // namespace
}  // namespace reprise::recording
