#include "domain/search/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::search {
namespace {

using recording::Speaker;
using recording::Turn;
using recording::Word;
using testing::ElementsAre;
using testing::IsEmpty;

Turn turn(Speaker speaker, const std::vector<std::string>& words, std::int64_t start_ns = 0) {
  Turn made{.speaker = speaker};
  for (const std::string& word : words) {
    made.words.push_back({.text = word, .start_ns = start_ns, .end_ns = start_ns + 9});
    start_ns += 10;
  }
  return made;
}
std::vector<std::string> texts(const std::vector<Sentence>& sentences) {
  std::vector<std::string> found;
  found.reserve(sentences.size());
  for (const Sentence& sentence : sentences) found.push_back(sentence.text);
  return found;
}

TEST(SentencesTest, EndAtTheirSignsAndWithTheTurn) {
  const auto found = sentences_of({turn(Speaker::Model, {"Yes.", " No", " it", " is!", " Well"}),
                                   turn(Speaker::Person, {" So"}, 100)});
  EXPECT_THAT(texts(found), ElementsAre("Yes.", "No it is!", "Well", "So"));
  EXPECT_EQ(found[1].start_ns, 10);
  EXPECT_EQ(found[1].end_ns, 39);
  EXPECT_EQ(found[1].speaker, Speaker::Model);
  EXPECT_EQ(found[3].speaker, Speaker::Person);
  EXPECT_EQ(found[3].start_ns, 100);
}

TEST(SentencesTest, EndAtTheSignsOfOtherScripts) {
  EXPECT_THAT(texts(sentences_of({turn(Speaker::Model, {"東京", "です。", "はい", "。"})})),
              ElementsAre("東京です。", "はい。"));
}

TEST(SentencesTest, LeaveOutWhatWasNeverHeard) {
  Turn cut = turn(Speaker::Model, {"One", " two", " three"});
  cut.words[1].heard = cut.words[2].heard = false;
  EXPECT_THAT(texts(sentences_of({cut})), ElementsAre("One"));
}

TEST(SentencesTest, AreAbsentWhereNobodySpoke) {
  EXPECT_THAT(sentences_of({}), IsEmpty());
  EXPECT_THAT(sentences_of({turn(Speaker::Person, {}), turn(Speaker::Person, {" ", "\n"})}),
              IsEmpty());
}

TEST(SentencesTest, LongOnesAreCutAtWords) {
  const auto found =
      texts(sentences_of({turn(Speaker::Model, std::vector<std::string>(200, " word"))}));
  ASSERT_EQ(found.size(), 4U);  // 60 words of five letters in each
  EXPECT_EQ(found[0].size(), 60 * 5 - 1);
  const auto huge = texts(sentences_of({turn(Speaker::Model, {std::string(5000, 'x')})}));
  EXPECT_THAT(huge, ElementsAre(std::string(kSentenceLettersMax, 'x')));
}

TEST(PassagesTest, AShortTextIsOne) {
  EXPECT_THAT(passages_of("One.\n\nTwo, and\tthree."), ElementsAre("One. Two, and three."));
  EXPECT_THAT(passages_of(" \n"), IsEmpty());
  EXPECT_THAT(passages_of(""), IsEmpty());
}

TEST(PassagesTest, LongOnesEndWhereASentenceOrALineDoes) {
  const std::string half = std::string(kSentenceLettersMax / 2 + 1, 'x');
  EXPECT_THAT(passages_of(half + ". Next."), ElementsAre(half + ".", "Next."));
  EXPECT_THAT(passages_of(half + "\nnext"), ElementsAre(half, "next"));
  std::string words;
  for (int n = 0; n < 200; ++n) words += "word ";
  std::string again;
  for (const std::string& passage : passages_of(words)) {
    EXPECT_LE(passage.size(), kSentenceLettersMax);
    again += passage + " ";
  }
  EXPECT_EQ(again, words);
}

TEST(PassagesTest, WithoutSpacesTheyAreCutBetweenLetters) {
  const auto passages = passages_of(std::string(700, 'x'));
  EXPECT_THAT(passages,
              ElementsAre(std::string(300, 'x'), std::string(300, 'x'), std::string(100, 'x')));
}

}  // namespace
}  // namespace reprise::search
