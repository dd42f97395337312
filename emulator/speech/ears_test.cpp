#include "emulator/speech/ears.hpp"

#include <gtest/gtest.h>

#include "emulator/speech/resampler.hpp"
#include "emulator/speech/sound_fixtures.hpp"

namespace reprise::emulator {
namespace {

using namespace fixtures;

Ears& ears() {
  static Ears one(1);
  return one;
}

/// As the listener cuts an utterance: with 300 ms before and 200 ms after.
Samples utterance(const Samples& speech) { return silence(0.3) + speech + silence(0.2); }

struct SentenceCase {
  const char* text;
};

void expect_understood(const std::string& want, const Samples& speech, const std::string& where) {
  EXPECT_EQ(ears().understand(utterance(speech)), want) << where;
}

class UnderstandsCommand : public testing::TestWithParam<SentenceCase> {};

TEST_P(UnderstandsCommand, InBothVoicesAndAtEachRate) {
  const std::string text = GetParam().text;
  for (const std::string voice : {"rms", "slt"}) {
    const Samples speech = said(voice, text);
    expect_understood(text, speech, voice);
    for (const int hz : {48'000, 44'100}) {
      expect_understood(text,
                        resample(resample(speech, {.from_hz = kEarHz, .to_hz = hz}),
                                 {.from_hz = hz, .to_hz = kEarHz}),
                        voice + " by way of " + std::to_string(hz));
    }
  }
}

class UnderstandsEnglish : public testing::TestWithParam<SentenceCase> {};

TEST_P(UnderstandsEnglish, InBothVoices) {
  const std::string text = GetParam().text;
  for (const std::string voice : {"rms", "slt"}) expect_understood(text, said(voice, text), voice);
}

// docs/emulator.md lists these sentences.
INSTANTIATE_TEST_SUITE_P(
    Commands, UnderstandsCommand,
    testing::Values(SentenceCase{"hello"}, SentenceCase{"good morning"}, SentenceCase{"count"},
                    SentenceCase{"count to ten"}, SentenceCase{"count to five please"},
                    SentenceCase{"what time is it"}, SentenceCase{"tell me a story"},
                    SentenceCase{"tell me a long story"},
                    SentenceCase{"please tell me a very long story"}, SentenceCase{"stop"},
                    SentenceCase{"please stop"}, SentenceCase{"what do you see"},
                    SentenceCase{"what can you see"}, SentenceCase{"describe the picture"},
                    SentenceCase{"thank you"}, SentenceCase{"goodbye"}));
INSTANTIATE_TEST_SUITE_P(
    OpenEnglish, UnderstandsEnglish,
    testing::Values(SentenceCase{"repeat after me the weather is nice today"},
                    SentenceCase{"it is raining outside"}, SentenceCase{"please open the window"},
                    SentenceCase{"i would like to buy some bread and milk"},
                    SentenceCase{"the meeting starts at nine o'clock tomorrow"}));

TEST(Ears, UnderstandNothingInSilenceNoiseAndTones) {
  EXPECT_EQ(ears().understand(silence(2)), "");
  EXPECT_EQ(ears().understand(white_noise(3, 4000)), "");
  EXPECT_EQ(ears().understand(pink_noise(3, 4000)), "");
  EXPECT_EQ(ears().understand(utterance(tone(1000, 0.5))), "");
  EXPECT_EQ(ears().understand(utterance(tone(440, 1.5))), "");
  EXPECT_EQ(ears().understand({}), "");
}

TEST(Ears, EqualSoundGivesEqualTextWhateverCameBefore) {
  const Samples speech = utterance(said("rms", "what do you see"));
  const std::string first = ears().understand(speech);
  ears().understand(utterance(said("slt", "the quick brown fox jumps over the lazy dog")));
  ears().understand(white_noise(2, 3000));
  EXPECT_EQ(ears().understand(speech), first);
}

TEST(Ears, DoNoMoreThanIsWanted) {
  const Samples command = utterance(said("rms", "what do you see"));
  EXPECT_EQ(ears().understand(command, [] { return false; }), "");
  const Samples sentence = utterance(said("rms", "it is raining outside"));
  int asked = 0;
  EXPECT_EQ(ears().understand(sentence, [&asked] { return ++asked < 2; }), "")
      << "the pass with the English model is left out";
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(ears().understand(sentence), "it is raining outside");
}

}  // namespace
}  // namespace reprise::emulator
