#include "domain/recording/loss/loss.hpp"

#include <gtest/gtest.h>

#include "domain/recording/sound/peaks.hpp"

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

TEST(ModelEnvelopeTest, GapsAreSilent) {
  ModelEnvelope envelope;
  envelope.add(ModelSample(0), std::vector<std::int16_t>(240, 12'800));
  envelope.add(ModelSample(480), std::vector<std::int16_t>(100, -32'768));
  using Pairs = std::vector<std::int8_t>;
  EXPECT_EQ(envelope.peaks(ModelSample(0), ModelSample(480)), (Pairs{0, 50, 0, 0}));
  EXPECT_EQ(envelope.peaks(ModelSample(480), ModelSample(580)), (Pairs{-128, 0}));
  EXPECT_EQ(envelope.peaks(ModelSample(480), ModelSample(1LL << 40)), (Pairs{-128, 0}));
  EXPECT_TRUE(envelope.peaks(ModelSample(10'000), ModelSample(20'000)).empty());
}

TEST(ModelEnvelopeTest, ANumberFarAheadCostsNoMemory) {
  ModelEnvelope envelope;
  envelope.add(ModelSample(0), std::vector<std::int16_t>(240, 12'800));
  envelope.add(ModelSample(4'294'967'168), std::vector<std::int16_t>(240, 12'800));
  EXPECT_EQ(envelope.peaks(ModelSample(0), ModelSample(1LL << 40)),
            (std::vector<std::int8_t>{0, 50}));
  envelope.add(ModelSample(480), std::vector<std::int16_t>(240, 12'800));
  EXPECT_EQ(envelope.peaks(ModelSample(0), ModelSample(1LL << 40)),
            (std::vector<std::int8_t>{0, 50, 0, 0, 0, 50}));
}

}  // namespace
}  // namespace reprise::recording
