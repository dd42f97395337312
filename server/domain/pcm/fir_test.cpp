#include "domain/pcm/fir.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>
#include <sstream>

namespace reprise::pcm {
namespace {

struct Golden {
  std::vector<double> input;
  std::vector<std::int16_t> output;
};

Golden golden_of(std::string_view name) {
  std::ifstream file(REPRISE_SOURCE_DIR "/api/fir/golden.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto row = boost::json::parse(text.str()).at(name);
  Golden golden;
  for (const auto& value : row.at("input").as_array()) {
    golden.input.push_back(from_s16(static_cast<std::int16_t>(value.as_int64())));
  }
  for (const auto& value : row.at("output").as_array()) {
    golden.output.push_back(static_cast<std::int16_t>(value.as_int64()));
  }
  return golden;
}

std::vector<float> upsample(Upsampler& upsampler, std::span<const double> input) {
  std::vector<float> output(input.size() * upsampler.factor());
  upsampler.process(input, output);
  return output;
}

TEST(FirTaps, AreSymmetricAndHaveTheirGain) {
  const std::pair<FirTable, double> tables[] = {
      {FirTable::MicDown3, 1}, {FirTable::MicUp3, 3}, {FirTable::ModelUp2, 2}};
  for (const auto& [table, gain] : tables) {
    const auto taps = taps_of(table);
    EXPECT_EQ(delay_frames_of(table), table == FirTable::ModelUp2 ? 31 : 47);
    EXPECT_NEAR(std::accumulate(taps.begin(), taps.end(), 0.0), gain, 1e-6);
    for (std::size_t k = 0; k < taps.size(); ++k) EXPECT_EQ(taps[k], taps[taps.size() - 1 - k]);
  }
}

// Passes pieces of 7, so that the state between calls matters.
TEST(Fir, InterpolatesAsTheBrowserDoes) {
  const std::pair<FirTable, const char*> tables[] = {{FirTable::MicUp3, "mic_up_3"},
                                                     {FirTable::ModelUp2, "model_up_2"}};
  for (const auto& [table, name] : tables) {
    const Golden golden = golden_of(name);
    Upsampler upsampler(table);
    std::vector<std::int16_t> got;
    std::span<const double> rest = golden.input;
    while (!rest.empty()) {
      const auto piece = rest.first(std::min<std::size_t>(7, rest.size()));
      for (const float value : upsample(upsampler, piece)) got.push_back(to_s16(value));
      rest = rest.subspan(piece.size());
    }
    EXPECT_EQ(got, golden.output) << name;
  }
}

TEST(Fir, DecimatesAsTheBrowserDoes) {
  const Golden golden = golden_of("mic_down_3");
  for (const std::size_t size : {1u, 2u, 128u, 900u}) {
    MicDownsampler downsampler;
    std::vector<double> output;
    std::span<const double> rest = golden.input;
    while (!rest.empty()) {
      const auto piece = rest.first(std::min(size, rest.size()));
      downsampler.process(piece, output);
      rest = rest.subspan(piece.size());
    }
    std::vector<std::int16_t> got;
    got.reserve(output.size());
    for (const double value : output) got.push_back(to_s16(value));
    EXPECT_EQ(got, golden.output) << size;
  }
}

TEST(Fir, SilenceGivesWhatComputingGives) {
  std::vector<double> input(2000, 0.0);
  for (std::size_t n = 700; n < 900; ++n) input[n] = std::sin(static_cast<double>(n));
  Upsampler whole(FirTable::ModelUp2);
  Upsampler pieces(FirTable::ModelUp2);
  const std::vector<float> want = upsample(whole, input);
  std::vector<float> got;
  for (std::size_t at = 0; at < input.size(); at += 10) {  // most pieces take the path for silence
    const auto piece = upsample(pieces, std::span{input}.subspan(at, 10));
    got.insert(got.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(got, want);
  EXPECT_FALSE(std::signbit(upsample(pieces, std::vector{-0.0})[0]));
}

TEST(Fir, ResetForgetsThePast) {
  Upsampler upsampler(FirTable::MicUp3);
  const std::vector<double> input{1, 1, 1};
  const auto first = upsample(upsampler, input);
  EXPECT_NE(upsample(upsampler, input), first);
  upsampler.reset();
  EXPECT_EQ(upsample(upsampler, input), first);
}

TEST(Fir, KeepsAToneAndItsTime) {
  constexpr double kTone = 1000;
  Upsampler up(FirTable::MicUp3);
  std::vector<double> input(1600);
  for (std::size_t n = 0; n < input.size(); ++n) {
    input[n] = std::sin(2 * std::numbers::pi * kTone * static_cast<double>(n) / 16'000);
  }
  const auto output = upsample(up, input);
  const double delay = static_cast<double>(delay_frames_of(FirTable::MicUp3));
  for (std::size_t m = 200; m < output.size(); ++m) {
    const double t = (static_cast<double>(m) - delay) / 48'000;
    EXPECT_NEAR(output[m], std::sin(2 * std::numbers::pi * kTone * t), 2e-3);
  }
}

TEST(S16, RoundsHalfUpAndClamps) {
  EXPECT_EQ(to_s16(0.5 / 32768), 1);
  EXPECT_EQ(to_s16(-0.5 / 32768), 0);
  EXPECT_EQ(to_s16(2), 32767);
  EXPECT_EQ(to_s16(-2), -32768);
  EXPECT_EQ(to_s16(from_s16(-12345)), -12345);
}

}  // namespace
}  // namespace reprise::pcm
