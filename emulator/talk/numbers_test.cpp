#include "emulator/talk/numbers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace reprise::emulator {
namespace {

using Words = std::vector<std::string>;

Words split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST(NumberWords, ReadAsSpoken) {
  for (const auto& [number, words] : std::vector<std::pair<std::int64_t, std::string>>{
           {0, "zero"},
           {21, "twenty one"},
           {100, "one hundred"},
           {1280, "one thousand two hundred eighty"},
           {70'005, "seventy thousand five"},
           {999'999'999,
            "nine hundred ninety nine million nine hundred ninety nine thousand nine hundred "
            "ninety nine"},
           {1'000'000, "one million"},
           {-3, "minus three"}}) {
    EXPECT_EQ(number_words(number), words);
  }
}

TEST(NumberAtTest, ReadsWhatIsSaid) {
  struct Case {
    const char* text;
    std::int64_t value;
    std::size_t words;
  };
  for (const auto& [text, value, count] :
       {Case{"zero", 0, 1},
        Case{"seven please", 7, 1},
        Case{"twenty one", 21, 2},
        Case{"ninety nine", 99, 2},
        Case{"hundred", 100, 1},
        Case{"a hundred", 100, 2},
        Case{"one hundred and five", 105, 4},
        Case{"one hundred five", 105, 3},
        Case{"two hundred twenty two", 222, 4},
        Case{"a thousand", 1000, 2},
        Case{"one thousand", 1000, 2},
        Case{"one thousand and one", 1001, 4},
        Case{"twelve thousand three hundred forty five", 12'345, 6},
        Case{"one hundred thousand", 100'000, 3},
        Case{"a million", 1'000'000, 2},
        Case{"two million five hundred thousand and six", 2'500'006, 7},
        Case{"nineteen hundred", 1900, 2},
        Case{"a dozen", 12, 2},
        Case{"two dozen", 24, 2},
        Case{"12", 12, 1},
        Case{"3 thousand", 3000, 2},
        Case{"5 million", 5'000'000, 2},
        Case{"minus three", -3, 2},
        Case{"negative 4", -4, 2},
        Case{"twos", 2, 1},
        Case{"sixes", 6, 1},
        Case{"hundreds", 100, 1},
        Case{"one two three", 1, 1},
        Case{"ten twenty", 10, 1},
        Case{"five and six", 5, 1},
        Case{"twenty zero", 20, 1},
        Case{"99999999999999999999999", kNumberMax, 1},
        Case{"nine thousand million", 9000, 2},
        Case{"thousand thousand", 1000, 1}}) {
    const Words words = split(text);
    const auto number = number_at(words, 0);
    ASSERT_TRUE(number.has_value()) << text;
    EXPECT_EQ(number->value, value) << text;
    EXPECT_EQ(number->words, count) << text;
  }
  for (const char* text : {"", "a", "and", "minus", "a one", "s", "ones'", "first", "-", "-5"}) {
    EXPECT_FALSE(number_at(split(text), 0).has_value()) << text;
  }
}

TEST(CountPlanTest, FollowsTheWords) {
  struct Case {
    const char* text;
    CountPlan plan;
  };
  for (const auto& [text, plan] :
       {Case{"count", {1, 10, 1}},
        Case{"count to five please", {1, 5, 1}},
        Case{"please count to one thousand", {1, 1000, 1}},
        Case{"count up to twenty one", {1, 21, 1}},
        Case{"count until 7", {1, 7, 1}},
        Case{"count to a million", {1, 1'000'000, 1}},
        Case{"count twenty", {1, 20, 1}},
        Case{"count to 0", {1, 0, -1}},
        Case{"count from three to eight", {3, 8, 1}},
        Case{"count from ninety eight to one hundred and three", {98, 103, 1}},
        Case{"count from 1000 to 1005", {1000, 1005, 1}},
        Case{"count from seven", {7, 16, 1}},
        Case{"count from ten to one", {10, 1, -1}},
        Case{"count from two to two", {2, 2, 1}},
        Case{"count from minus two to two", {-2, 2, 1}},
        Case{"count down", {10, 1, -1}},
        Case{"count backwards", {10, 1, -1}},
        Case{"countdown from five", {5, 1, -1}},
        Case{"count down from five", {5, 1, -1}},
        Case{"count down from ten to zero", {10, 0, -1}},
        Case{"count down to three", {10, 3, -1}},
        Case{"count down twenty", {20, 1, -1}},
        Case{"count down from three to nine", {9, 3, -1}},
        Case{"count backwards from twenty by fives", {20, 1, -5}},
        Case{"count backwards to one hundred", {100, 1, -1}},
        Case{"count down from zero", {0, -9, -1}},
        Case{"count by twos", {2, 20, 2}},
        Case{"count to ten by twos", {2, 10, 2}},
        Case{"count by tens to one hundred", {10, 100, 10}},
        Case{"count from one to ten by twos", {1, 10, 2}},
        Case{"count to thirty in steps of three", {3, 30, 3}},
        Case{"count in fives", {5, 50, 5}},
        Case{"count by zero to five", {1, 5, 1}}}) {
    EXPECT_EQ(count_plan(split(text)), plan) << text;
  }
}

TEST(CountSentencesTest, SayEachNumberOnceAndEndInTime) {
  EXPECT_EQ(count_sentences({1, 7, 1}), (Words{"One, two, three, four, five.", "Six, seven."}));
  EXPECT_EQ(count_sentences({3, 1, -1}), (Words{"Three, two, one."}));
  EXPECT_EQ(count_sentences({1, 10, 4}), (Words{"One, five, nine."}));
  EXPECT_EQ(count_sentences({2, 2, 1}), (Words{"Two."}));
  EXPECT_EQ(count_sentences({1, 100, 1}).back(),
            "Ninety six, ninety seven, ninety eight, ninety nine, one hundred.");
  const Words thousand = count_sentences({1, 1000, 1});
  EXPECT_EQ(thousand.size(), 21U);
  EXPECT_EQ(thousand.back(), "And so on, to one thousand.");
  EXPECT_EQ(count_sentences({-kNumberMax, kNumberMax, 1}).size(), 21U);
}

}  // namespace
}  // namespace reprise::emulator
