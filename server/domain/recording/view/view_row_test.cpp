#include "domain/recording/view/view_row.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace reprise::recording
