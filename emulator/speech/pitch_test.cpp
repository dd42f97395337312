#include "emulator/speech/pitch.hpp"

#include <gtest/gtest.h>

#include "emulator/speech/sound_fixtures.hpp"

namespace reprise::emulator {
namespace {

using namespace fixtures;

/// The share of looks, 10 ms apart, with a strength above `strength`.
double share_above(const Samples& sound, double strength) {
  int above = 0;
  int looks = 0;
  for (std::size_t at = 0; at + kPitchSamples <= sound.size(); at += kPitchSamples / 4, ++looks) {
    const std::span<const std::int16_t, kPitchSamples> look(sound.data() + at, kPitchSamples);
    above += pitch_strength(look) > strength ? 1 : 0;
  }
  return static_cast<double>(above) / looks;
}

TEST(Pitch, NoiseOfAnyColourAndLevelHasNone) {
  for (const double level_db : {-20.0, -40.0, -60.0}) {
    EXPECT_EQ(share_above(at_level(white_noise(5, 3000), level_db), 0.3), 0) << level_db;
    EXPECT_EQ(share_above(at_level(pink_noise(5, 3000), level_db), 0.3), 0) << level_db;
    EXPECT_EQ(share_above(at_level(brown_noise(5, 3000), level_db), 0.3), 0) << level_db;
  }
}

TEST(Pitch, SpeechHasItHoweverSoft) {
  for (const char* voice : {"rms", "slt", "awb"}) {
    for (const double level_db : {-20.0, -38.0}) {
      const Samples speech = at_level(said(voice, "tell me a long story"), level_db);
      EXPECT_GT(share_above(speech, 0.3), 0.25) << voice << level_db;
    }
  }
}

TEST(Pitch, OfSilenceIsNothing) { EXPECT_EQ(share_above(silence(1), 0), 0); }

}  // namespace
}  // namespace reprise::emulator
