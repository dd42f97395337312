#include "emulator/talk/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "emulator/speech/voice.hpp"
#include "emulator/talk/memory.hpp"
#include "emulator/talk/story.hpp"

namespace reprise::emulator {
namespace {

std::string told(std::string_view heard, const Surroundings& surroundings = {}) {
  std::mt19937_64 random(1);
  std::string all;
  for (const std::string& sentence : answer(heard, surroundings, random)) {
    all += (all.empty() ? "" : " ") + sentence;
  }
  return all;
}

TEST(Memory, KnowsWhatThePersonSaidAndAsked) {
  const std::vector<std::string> before{"My dog is called Bo.", "What is a fold?"};
  EXPECT_EQ(about_before("What did I write first?", before),
            "First, you said: My dog is called Bo.");
  EXPECT_EQ(about_before("what did i ask you", before), "Before, you asked: What is a fold?");
  EXPECT_EQ(about_before("What did I say?", {}), "You said nothing before.");
  EXPECT_EQ(about_before("Hello", before), "");
}

struct AnswerCase {
  const char* heard;
  const char* beginning;
};
class Answers : public testing::TestWithParam<AnswerCase> {};

TEST_P(Answers, BeginAsTheTableSays) {
  EXPECT_TRUE(told(GetParam().heard).starts_with(GetParam().beginning)) << told(GetParam().heard);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Answers,
    testing::Values(
        AnswerCase{"", "I am listening."}, AnswerCase{"...", "I am listening."},
        AnswerCase{"hello", "H"}, AnswerCase{"Hello there!", "H"},
        AnswerCase{"count to three", "One, two, three."},
        AnswerCase{"Count to 7, please.", "One, two, three, four, five. Six, seven."},
        AnswerCase{"count", "One, two, three, four, five. Six, seven, eight, nine, ten."},
        AnswerCase{"Count to one thousand.", "One, two, three, four, five. Six,"},
        AnswerCase{"count down", "Ten, nine, eight,"},
        AnswerCase{"Count down from five, please!", "Five, four, three, two, one."},
        AnswerCase{"start a countdown from 3", "Three, two, one."},
        AnswerCase{"count from ninety-eight to 101", "Ninety eight, ninety nine, one hundred,"},
        AnswerCase{"count to 1,000 by 250s", "Two hundred fifty, five hundred,"},
        AnswerCase{"count to 10 by twos", "Two, four, six, eight, ten."},
        AnswerCase{"tell me a long story", "Once upon a time, there was a lighthouse"},
        AnswerCase{"Tell me a story", "A snail"}, AnswerCase{"tell me another story", "A snail"},
        AnswerCase{"stop", "Okay."}, AnswerCase{"please stop", "Okay."},
        AnswerCase{"tell me a long story stop", "Okay."}, AnswerCase{"be quiet", "Okay."},
        AnswerCase{"the train does not stop in my town today", "You said: the train"},
        AnswerCase{"what do you see", "I see no picture."},
        AnswerCase{"describe the picture", "I see no picture."},
        AnswerCase{"repeat after me the weather is nice", "The weather is nice."},
        AnswerCase{"Repeat after me: Where is it?", "Where is it?"},
        AnswerCase{"repeat after me", "You said: repeat after me."},
        AnswerCase{"who are you", "I am the emulator."},
        AnswerCase{"thank you", "You are welcome."}, AnswerCase{"goodbye", "Goodbye!"},
        AnswerCase{"it is raining", "You said: it is raining."}));

TEST(Answer, RepeatsASentenceWithOneEnd) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"it rains", "You said: it rains."},    {"Is it raining?", "You said: Is it raining?"},
      {"It rains!", "You said: It rains!"},   {"It rains... ", "You said: It rains."},
      {"下雨了吗？", "You said: 下雨了吗？"}, {"repeat after me: Really?", "Really?"}};
  for (const auto& [heard, said] : cases) EXPECT_EQ(told(heard), said);
}

TEST(Answer, CutsWhatItRepeatsBetweenLetters) {
  for (const std::string letter : {"ż", "你", "😀", "👩‍👧", "क्ष"}) {
    for (const std::string start : {"", "a", "ab", "repeat after me: "}) {
      std::string heard = start;
      for (int i = 0; i < 600; ++i) heard += letter;
      const auto said = told(heard);
      EXPECT_TRUE(is_utf8(said)) << letter;
      EXPECT_THAT(said, testing::EndsWith(letter + "."));
    }
  }
}

TEST(Answer, TellsTheTime) {
  EXPECT_EQ(told("what time is it", {.hour = 0, .minute = 0}), "It is zero o'clock.");
  EXPECT_EQ(told("what time is it", {.hour = 9, .minute = 5}), "It is nine oh five.");
  EXPECT_EQ(told("tell me the time", {.hour = 23, .minute = 42}), "It is twenty three forty two.");
}

TEST(Answer, DescribesThePicture) {
  EXPECT_EQ(told("what do you see",
                 {.picture_came = true, .picture = PictureFacts{640, 480, 20, 20, 110}}),
            "I see a picture of six hundred forty by four hundred eighty pixels. "
            "On average it is dark blue.");
  EXPECT_EQ(told("what do you see", {.picture_came = true}),
            "A picture came, but I cannot read it.");
}

TEST(Answer, SaysAHundredNumbersAndThenTheLast) {
  const std::string all = told("count to 99999");
  EXPECT_TRUE(all.ends_with(
      "ninety nine, one hundred. And so on, to ninety nine thousand nine hundred ninety nine."))
      << all;
}

TEST(Answer, DiffersBySeedOnlyInGreetings) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    seen.insert(answer("hello", {}, random)[0]);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST(Answer, TheLongStoryTakesAMinuteAndMore) {
  double seconds = 0;
  for (const std::string& sentence : sentences_of(kLongStory)) {
    seconds += static_cast<double>(speak(sentence).pcm.size()) / kSpeechHz;
  }
  EXPECT_GE(seconds, 60);
  EXPECT_LE(seconds, 100);
}

TEST(Sentences, EndAtAMarkBeforeASpace) {
  EXPECT_EQ(sentences_of("It is 3.5 now. Is it? Yes!"),
            (std::vector<std::string>{"It is 3.5 now.", "Is it?", "Yes!"}));
  EXPECT_EQ(sentences_of("no mark"), (std::vector<std::string>{"no mark"}));
  EXPECT_TRUE(sentences_of("").empty());
}

}  // namespace
}  // namespace reprise::emulator
