#include "domain/recording/loss/loss.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/recording/loss/left_out.hpp"

namespace reprise::recording {
namespace {

TEST(MicLossTest, CountsBlocksAndPlacesGaps) {
  MicMap map;
  map.add(MicSample(0), Frame(0));
  MicLoss loss;
  EXPECT_TRUE(loss.add(MicSample(0), MicSample(320)));
  EXPECT_TRUE(loss.add(MicSample(320), MicSample(320)));
  EXPECT_TRUE(loss.add(MicSample(16'000), MicSample(320)));
  EXPECT_FALSE(loss.add(MicSample(640),
                        MicSample(320)));  // comes after its successor: already counted by the gap
  EXPECT_FALSE(loss.add(MicSample(320), MicSample(320)));     // has come before
  EXPECT_FALSE(loss.add(MicSample(15'800), MicSample(320)));  // overlaps what has come before
  const auto report = loss.report(map);
  EXPECT_EQ(report.kept, 3);
  EXPECT_EQ(report.missing, 50);
  ASSERT_EQ(report.gaps.size(), 1);
  EXPECT_EQ(report.gaps[0].start_ns, 40'000'000);
  EXPECT_EQ(report.gaps[0].end_ns, 1'000'000'000);
}

TEST(ModelLossTest, EstimatesMessagesOfTheSameLength) {
  ModelLoss loss;
  loss.add(ModelSample(0), ModelSample(960), Frame(48'000));
  loss.add(ModelSample(2'960), ModelSample(960), Frame(96'000));
  EXPECT_FALSE(loss.add(ModelSample(960), ModelSample(960), Frame(96'000)));
  EXPECT_EQ(loss.report().missing, 4);
  EXPECT_EQ(loss.report().gaps.at(0).start_ns, 1'000'000'000);
  EXPECT_EQ(loss.report().gaps.at(0).end_ns, 2'000'000'000);
}

TEST(ModelLossTest, WhatCameAlreadyIsRefused) {
  ModelLoss loss;
  EXPECT_TRUE(loss.add(ModelSample(0), ModelSample(960), Frame(48'000)));
  EXPECT_TRUE(loss.add(ModelSample(960), ModelSample(960), Frame(49'920)));
  EXPECT_FALSE(loss.add(ModelSample(0), ModelSample(960), Frame(51'840)));
  EXPECT_FALSE(loss.add(ModelSample(1'919), ModelSample(960), Frame(51'840)));
  EXPECT_EQ(loss.report().kept, 2);
  EXPECT_EQ(loss.report().missing, 2);  // counted as missing, not dropped silently
}

struct WireCase {
  const char* name;
  struct Row {
    std::int64_t sequence;
    std::optional<std::int64_t> socket;
    std::int64_t index;
  };
  std::vector<Row> rows;
  std::int64_t kept;
  std::int64_t missing;
};
class WireLossTest : public testing::TestWithParam<WireCase> {};
TEST_P(WireLossTest, CountsTheMessagesThatAreMissing) {
  WireLoss loss;
  for (const auto& row : GetParam().rows) loss.add(row.sequence, row.socket, row.index, Frame(0));
  EXPECT_EQ(loss.report().kept, GetParam().kept);
  EXPECT_EQ(loss.report().missing, GetParam().missing);
  EXPECT_EQ(loss.report().gaps.empty(), GetParam().missing == 0);
}
INSTANTIATE_TEST_SUITE_P(
    Wire, WireLossTest,
    testing::Values(WireCase{"Whole", {{0, 0, 0}, {1, 0, 1}, {2, 1, 0}}, 3, 0},
                    WireCase{"RowsLost", {{0, 0, 0}, {3, 0, 3}}, 2, 2},
                    WireCase{"FirstRowsLost", {{2, 0, 2}}, 1, 2},
                    WireCase{"LostInTheTap", {{0, 0, 0}, {1, 0, 2}}, 2, 1},
                    WireCase{"UnreadableRow", {{0, 0, 0}, {1, std::nullopt, 0}, {2, 0, 2}}, 2, 1},
                    WireCase{"LostAcrossSockets", {{0, 0, 0}, {4, 1, 1}}, 2, 3},
                    WireCase{"Repeated", {{0, 0, 0}, {0, 0, 0}}, 1, 0}),
    [](const auto& tested) { return tested.param.name; });

constexpr auto kMoreGaps = static_cast<std::int64_t>(kGapsPerChannelMax) + 5;

TEST(LossTest, PlacesABoundedNumberOfGapsAndCountsTheOthers) {
  WireLoss wire;
  ModelLoss model;
  MicLoss microphone;
  for (std::int64_t i = 0; i < kMoreGaps; ++i) {
    wire.add(2 * i + 1, 0, i, Frame(i * 48));
    model.add(ModelSample((2 * i + 1) * 960), ModelSample(960), Frame(i * 48));
    microphone.add(MicSample((2 * i + 1) * 320), MicSample(320));
  }
  MicMap map;
  map.add(MicSample(0), Frame(0));
  model.leave_out(Frame(kMoreGaps * 48));
  EXPECT_EQ(wire.report().missing, kMoreGaps);
  EXPECT_EQ(model.report().missing, kMoreGaps + 1);
  EXPECT_EQ(microphone.report(map).missing, kMoreGaps);
  for (const auto& report : {wire.report(), model.report(), microphone.report(map)}) {
    EXPECT_EQ(report.gaps.size(), kGapsPerChannelMax);
  }
}

TEST(MicLossTest, ALateMessageIsCountedOnceIfAGapHasItWhole) {
  struct {
    std::int64_t first;
    std::int64_t want_missing;
  } const cases[] = {{320, 9}, {319, 10}, {2880, 9}, {2881, 10}, {0, 10}};
  for (const auto& [first, want_missing] : cases) {
    MicLoss loss;
    loss.add(MicSample(0), MicSample(320));
    loss.add(MicSample(3200), MicSample(320));  // nine blocks are missing
    EXPECT_FALSE(loss.add(MicSample(first), MicSample(320))) << first;
    EXPECT_EQ(loss.report({}).missing, want_missing) << first;
  }
}

TEST(MicLossTest, WhatCannotBeUsedAtTheEndIsMissing) {
  MicLoss loss;
  loss.add(MicSample(320), MicSample(320));
  loss.leave_out();
  loss.leave_out();
  EXPECT_EQ(loss.report({}).missing, 3);
  loss.add(MicSample(960), MicSample(320));  // only one of the two
  EXPECT_EQ(loss.report({}).missing, 2);
}

TEST(MicLossTest, NoGapBeginsBeforeTheRecording) {
  MicMap map;
  map.add(MicSample(0), Frame(0));
  map.set_delay(Frame(47));
  MicLoss loss;
  loss.add(MicSample(320), MicSample(320));
  ASSERT_EQ(loss.report(map).gaps.size(), 1);
  EXPECT_EQ(loss.report(map).gaps[0].start_ns, 0);
  EXPECT_EQ(loss.report(map).gaps[0].end_ns, ns_of_frame(960 - 47));
}

TEST(ArrivalLossTest, WhatCannotBeUsedAtTheEndIsAGap) {
  ArrivalLoss loss;
  loss.keep(Frame(48'000));
  EXPECT_TRUE(loss.report().gaps.empty());
  loss.leave_out(Frame(72'000));
  loss.leave_out(Frame(96'000));
  const auto report = loss.report();
  EXPECT_EQ(report.missing, 2);
  ASSERT_EQ(report.gaps.size(), 1);
  EXPECT_EQ(report.gaps[0].start_ns, 1'000'000'000);
  EXPECT_EQ(report.gaps[0].end_ns, 2'000'000'000);
  loss.keep(Frame(97'000));
  EXPECT_EQ(loss.report().missing, 0);
}

TEST(LeftOutTest, CountsRowsAndTellsEachTopicOnce) {
  LeftOut left_out;
  for (const auto topic : {Topic::MicPcm, Topic::ModelPcm, Topic::CameraVideo}) {
    left_out.add(topic, Frame(0));
  }
  EXPECT_EQ(left_out.rows(), 0) << "media are counted by their channels";
  left_out.add(Topic::Playout, Frame(48'000));
  left_out.add(Topic::Playout, Frame(96'000));
  left_out.add(Topic::Clock, Frame(0));
  EXPECT_EQ(left_out.rows(), 3);
  const auto events = left_out.events();
  ASSERT_EQ(events.size(), 5);
  const auto playout = std::ranges::find_if(
      events, [](const Event& event) { return event.detail_json.contains("/playout"); });
  ASSERT_NE(playout, events.end());
  EXPECT_EQ(playout->at_ns, 1'000'000'000);
  EXPECT_EQ(playout->detail_json, R"({"topic":"/playout","count":2})");
}

}  // namespace
}  // namespace reprise::recording
