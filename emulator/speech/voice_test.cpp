#include "emulator/speech/voice.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
namespace reprise::emulator {
namespace {

TEST(Voice, SpeaksEachWordInItsTurn) {
  const Speech speech = speak("Once upon a time, there were 42 boats.");
  std::string text;
  std::size_t at = 0;
  for (const SpokenWord& word : speech.words) {
    text += word.text + "|";
    EXPECT_EQ(word.begin, at);
    EXPECT_GT(word.end, word.begin) << word.text;
    at = word.end;
  }
  EXPECT_EQ(text, "Once|upon|a|time,|there|were|42|boats.|");
  EXPECT_EQ(at, speech.pcm.size());
  EXPECT_GT(speech.pcm.size(), 2U * kSpeechHz);
  EXPECT_LT(speech.pcm.size(), 5U * kSpeechHz);
}

TEST(Voice, EqualTextGivesEqualSound) {
  EXPECT_EQ(speak("You said: hello."), speak("You said: hello."));
}

TEST(Voice, IsLoudEnoughAndDoesNotClip) {
  const Speech speech = speak("This is a test of the level.");
  int peak = 0;
  for (const std::int16_t sample : speech.pcm) peak = std::max(peak, std::abs(int{sample}));
  EXPECT_GT(peak, 4000);
  EXPECT_LT(peak, 32767);
}

TEST(Voice, KeepsForeignWordsWhole) {
  std::string all;
  for (const SpokenWord& word :
       speak("You said: żółć 你好 😀👩‍👧 नमस्ते “ok”.").words) {
    EXPECT_TRUE(is_utf8(word.text)) << word.text;
    all += word.text;
  }
  EXPECT_EQ(all, "Yousaid:żółć你好😀👩‍👧नमस्ते“ok”.");
}

TEST(Voice, SaysNothingForNoText) { EXPECT_TRUE(speak("").words.empty()); }

}  // namespace
}  // namespace reprise::emulator
