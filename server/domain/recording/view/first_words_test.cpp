#include "domain/recording/view/first_words.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace reprise::recording {
namespace {

struct FirstWordsCase {
  const char* name;
  /// "person: …" and "model: …"; what comes after a `|` was not heard.
  std::vector<std::string> turns;
  std::string want;
};

Turn turn_of(const std::string& line) {
  Turn turn;
  turn.speaker = line.starts_with("person: ") ? Speaker::Person : Speaker::Model;
  const auto said = line.substr(line.find(' ') + 1);
  const auto bar = said.find('|');
  for (const auto word : text::words(said.substr(0, bar))) {
    turn.words.push_back({std::string(word), 0, 0, true});
  }
  if (bar == std::string::npos) return turn;
  for (const auto word : text::words(said.substr(bar + 1))) {
    turn.words.push_back({std::string(word), 0, 0, false});
  }
  return turn;
}

class FirstWordsTest : public testing::TestWithParam<FirstWordsCase> {};

TEST_P(FirstWordsTest, NamesTheTalk) {
  std::vector<Turn> turns;
  for (const auto& line : GetParam().turns) turns.push_back(turn_of(line));
  EXPECT_EQ(first_words_of(turns), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    FirstWords, FirstWordsTest,
    testing::Values(
        FirstWordsCase{"Nothing", {}, ""},
        FirstWordsCase{"ASentence", {"person: what is the time"}, "what is the time"},
        FirstWordsCase{"NotTheGreeting",
                       {"person: Hello", "model: Hello! Nice to see you.", "person: count to five"},
                       "count to five"},
        FirstWordsCase{"TheFirstSentenceOnly",
                       {"person: Show me the wheel. Then the chain, please."},
                       "Show me the wheel."},
        FirstWordsCase{"ThreeWordsAreEnough",
                       {"person: Look here. What is this? And what is that over there?"},
                       "What is this?"},
        FirstWordsCase{"ThreeWordsAfterAGreetingAreEnough",
                       {"person: Hello, what is this? And what is that over there?"},
                       "what is this?"},
        FirstWordsCase{"TwoWordsAfterAGreetingAreNot",
                       {"person: Hello, who there? And what is that over there?"},
                       "And what is that over there?"},
        FirstWordsCase{"AShortOneIsPassedOver",
                       {"person: Okay. Look here. What is this little thing?"},
                       "What is this little thing?"},
        FirstWordsCase{"TheGreetingGoesFromTheSentence",
                       {"person: Good morning, tell me a story"},
                       "tell me a story"},
        FirstWordsCase{"HowAreYou",
                       {"person: hi there, how are you", "person: what do you see"},
                       "what do you see"},
        FirstWordsCase{"AGreetingWithAName",
                       {"person: Hello Gemini!", "person: read me this form"},
                       "read me this form"},
        FirstWordsCase{"AGreetingWithANameInIt",
                       {"person: Hello Gemini, how are you today?", "person: read me this form"},
                       "read me this form"},
        FirstWordsCase{"WhoIsGreeted",
                       {"person: Good morning to you all. What is this plant?"},
                       "What is this plant?"},
        FirstWordsCase{"WhoIsGreetedBeforeAComma",
                       {"person: Guten Morgen zusammen, meine Kette rutscht"},
                       "meine Kette rutscht"},
        FirstWordsCase{"AWordLikeWhoIsGreeted",
                       {"person: Hello, all the lamps are dark"},
                       "all the lamps are dark"},
        FirstWordsCase{
            "AGreetingThatIsAskedFor", {"person: Hello, say hi to my cat"}, "say hi to my cat"},
        FirstWordsCase{
            "WordsThatBeginAlike", {"person: Hiking boots need oil"}, "Hiking boots need oil"},
        FirstWordsCase{"TheModelsWhenThePersonSaidNone",
                       {"person: stop", "model: The wheel is worn out."},
                       "The wheel is worn out."},
        FirstWordsCase{
            "ShortOnesBeforeGreetings", {"person: hello", "person: the time"}, "the time"},
        FirstWordsCase{"AGreetingAtLast", {"person: hello"}, "hello"},
        FirstWordsCase{
            "WhatWasNotHeardNamesNothing", {"model: Once|upon a time there was"}, "Once"},
        FirstWordsCase{"German", {"person: Guten Tag! Wie spät ist es?"}, "Wie spät ist es?"},
        FirstWordsCase{
            "French", {"person: Bonjour, quelle heure est-il ?"}, "quelle heure est-il ?"},
        FirstWordsCase{"Spanish", {"person: ¡Hola! ¿Qué hora es?"}, "¿Qué hora es?"},
        FirstWordsCase{"Russian", {"person: Привет! Который сейчас час?"}, "Который сейчас час?"},
        FirstWordsCase{"Arabic", {"person: مرحبا، كم الساعة الآن؟"}, "كم الساعة الآن؟"},
        FirstWordsCase{"Chinese", {"person: 你好，请给我讲一个故事。"}, "请给我讲一个故事。"},
        FirstWordsCase{
            "Japanese", {"person: こんにちは。", "person: 今は何時ですか。"}, "今は何時ですか。"},
        FirstWordsCase{"Thai", {"person: สวัสดี", "person: ตอนนี้กี่โมงแล้ว"}, "ตอนนี้กี่โมงแล้ว"},
        FirstWordsCase{"ALongOneIsCutAtAWord",
                       {"person: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
                        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb "
                        "cccccccccccccccccccccccccccccccccccccccc dddd"},
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
                       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}),
    [](const auto& tested) { return tested.param.name; });

TEST(FirstWordsTest, ASentenceMayHaveALimitedNumberOfLetters) {
  const std::string start = "person: one two ";
  for (const std::size_t more : {0, 1}) {
    const std::string last(kFirstWordsLettersMax - 8 + more, 'a');
    const std::vector<Turn> turns{turn_of(start + last)};
    EXPECT_EQ(first_words_of(turns), more == 0 ? "one two " + last : "one two") << more;
  }
}

struct WrittenCase {
  const char* name;
  const char* text;
  const char* want;
  bool greets = true;
};
class FirstWordsOfTextTest : public testing::TestWithParam<WrittenCase> {};
TEST_P(FirstWordsOfTextTest, LeavesTheGreetingOut) {
  EXPECT_EQ(begins_with_greeting(GetParam().text), GetParam().greets);
  EXPECT_EQ(first_words_of_text(GetParam().text), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Written, FirstWordsOfTextTest,
    testing::Values(WrittenCase{"AGreeting", "Hello!", ""},
                    WrittenCase{"Greetings", "Hi there. Good morning to you", ""},
                    WrittenCase{"BeforeASentence", "Hi. My chain slips on hills. Why?",
                                "My chain slips on hills."},
                    WrittenCase{"InASentence", "Bonjour tout le monde ! Ma chaîne saute encore.",
                                "Ma chaîne saute encore."},
                    WrittenCase{"None", "Whale songs", "Whale songs", false},
                    WrittenCase{"Nothing", "", "", false}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::recording
