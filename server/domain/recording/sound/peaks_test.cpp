#include "domain/recording/sound/peaks.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

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

TEST(PeaksTest, AreRoundedToTheNearest) {
  const std::pair<int, int> cases[] = {{0, 0},     {127, 0},   {128, 1},       {32'767, 127},
                                       {-128, 0},  {-129, -1}, {32'639, 127},  {32'640, 127},
                                       {-384, -1}, {-385, -2}, {-32'768, -128}};
  for (const auto& [sample, want] : cases) {
    std::vector<std::int8_t> peaks;
    const auto value = static_cast<std::int16_t>(sample);
    append_peaks(peaks, {.low = value, .high = value});
    EXPECT_EQ(peaks, std::vector<std::int8_t>(2, static_cast<std::int8_t>(want))) << sample;
  }
}

using Pairs = std::vector<std::int8_t>;
std::vector<std::int16_t> samples(std::size_t count, int peak) {
  return std::vector<std::int16_t>(count, static_cast<std::int16_t>(peak * 256));
}

TEST(ModelEnvelopeTest, MessagesMayShareABin) {
  ModelEnvelope envelope;
  envelope.add(ModelSample(0), samples(100, -9));
  envelope.add(ModelSample(100), samples(140, 7));
  envelope.add(ModelSample(240), samples(100, 3));
  EXPECT_EQ(envelope.peaks(ModelSample(0), ModelSample(240)), (Pairs{-9, 7}));
  EXPECT_EQ(envelope.peaks(ModelSample(0), ModelSample(340)), (Pairs{-9, 7, 0, 3}));
  envelope.add(ModelSample(339), samples(100, 50));  // has come already
  EXPECT_EQ(envelope.peaks(ModelSample(240), ModelSample(480)), (Pairs{0, 3}));
}

TEST(ModelEnvelopeTest, GivesTheBinsThatAreTouched) {
  ModelEnvelope envelope;
  for (const int peak : {1, 2, 3}) envelope.add(ModelSample(240 * (peak - 1)), samples(240, peak));
  envelope.add(ModelSample(720), samples(10, 4));
  const auto peaks = [&envelope](std::int64_t first, std::int64_t end) {
    return envelope.peaks(ModelSample(first), ModelSample(end));
  };
  EXPECT_EQ(peaks(0, 480), (Pairs{0, 1, 0, 2}));
  EXPECT_EQ(peaks(0, 481), (Pairs{0, 1, 0, 2, 0, 3}));
  EXPECT_EQ(peaks(239, 240), (Pairs{0, 1}));
  EXPECT_EQ(peaks(240, 480), (Pairs{0, 2}));
  EXPECT_EQ(peaks(479, 721), (Pairs{0, 2, 0, 3, 0, 4}));
  EXPECT_EQ(peaks(729, 800), (Pairs{0, 4}));
  EXPECT_EQ(peaks(730, 800), Pairs{}) << "nothing was received there";
}

TEST(ModelEnvelopeTest, KeepsTwelveHours) {
  ModelEnvelope envelope;
  const auto end = ModelEnvelope::kSamplesMax;
  envelope.add(end, samples(240, 5));
  EXPECT_TRUE(envelope.peaks(end, end + ModelSample(240)).empty());
  envelope.add(end - ModelSample(240), samples(240, 5));
  EXPECT_EQ(envelope.peaks(end - ModelSample(240), end), (Pairs{0, 5}));
}

}  // namespace
}  // namespace reprise::recording
