#include "domain/recording/view/webvtt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace reprise::recording {
namespace {

Turn turn_of(Speaker speaker, std::vector<Word> words, bool interrupted = false) {
  Turn turn;
  turn.speaker = speaker;
  turn.words = std::move(words);
  turn.interrupted = interrupted;
  return turn;
}

TEST(WebVttTest, VoicesMarksAndEscapes) {
  View view;
  view.turns.push_back(turn_of(Speaker::Model,
                               {{"a<b", 3'661'500'000'000, 3'662'000'000'000},
                                {" & c", 3'662'000'000'000, 3'663'000'000'000},
                                {" never", 3'663'000'000'000, 3'664'000'000'000, false}},
                               true));
  view.turns.push_back(turn_of(Speaker::Person, {{"hi", 500'000, 500'000}}));
  view.turns.push_back(turn_of(Speaker::Person, {}));
  EXPECT_EQ(to_webvtt(view),
            "WEBVTT\n\n"
            "00:00:00.001 --> 00:00:00.002\n<v You>hi\n\n"
            "01:01:01.500 --> 01:01:03.000\n<v Model>a&lt;b &amp; c \u2068[interrupted]\u2069\n\n");
}

TEST(WebVttTest, LongTurnsAreCut) {
  constexpr int kWords = 40;
  std::vector<Word> words;
  words.reserve(kWords);
  for (int i = 0; i < kWords; ++i) {
    words.push_back({" word", i * 1'000'000'000LL, (i + 1) * 1'000'000'000LL});
  }
  View view;
  view.turns.push_back(turn_of(Speaker::Model, std::move(words)));
  const auto vtt = to_webvtt(view);
  EXPECT_THAT(vtt, testing::HasSubstr("00:00:00.000 --> 00:00:07.000\n"));
  EXPECT_THAT(vtt, testing::HasSubstr("00:00:07.000 --> 00:00:14.000\n"));
}

TEST(WebVttTest, TimesAreRoundedAndACueLastsAMillisecond) {
  View view;
  view.turns.push_back(turn_of(Speaker::Person, {{"a", 499'999, 1'200'000}}));
  view.turns.push_back(turn_of(Speaker::Person, {{"b", 5'000'000, 9'500'000}}));
  EXPECT_EQ(to_webvtt(view),
            "WEBVTT\n\n00:00:00.000 --> 00:00:00.001\n<v You>a\n\n"
            "00:00:00.005 --> 00:00:00.010\n<v You>b\n\n");
}

/// The number of cues of `words` words of `letters` letters, each `ns` long.
std::int64_t cues_of(std::int64_t words, std::size_t letters, std::int64_t ns) {
  std::vector<Word> all;
  all.reserve(static_cast<std::size_t>(words));
  for (std::int64_t i = 0; i < words; ++i) {
    all.push_back({std::string(letters, 'a'), i * ns, (i + 1) * ns});
  }
  View view;
  view.turns.push_back(turn_of(Speaker::Model, std::move(all)));
  const auto vtt = to_webvtt(view);
  return std::ranges::count(vtt, '>') / 2;  // one in the arrow, one in the voice tag
}

TEST(WebVttTest, ACueHasTwoLinesAndSevenSecondsAtMost) {
  EXPECT_EQ(cues_of(12, 7, 1), 1) << "84 letters";
  EXPECT_EQ(cues_of(5, 17, 1), 2) << "85 letters";
  EXPECT_EQ(cues_of(24, 7, 1), 2);
  EXPECT_EQ(cues_of(7, 1, 1'000'000'000), 1) << "seven seconds";
  EXPECT_EQ(cues_of(7, 1, 1'000'000'001), 2);
  EXPECT_EQ(cues_of(1, 100, 9'000'000'000), 1) << "a word is not cut";
}

}  // namespace
}  // namespace reprise::recording
