#include "domain/recording/loss/shown_limits.hpp"

#include <gtest/gtest.h>

#include "domain/recording/fold/scenario_for_test.hpp"

namespace reprise::recording {
namespace {

using namespace scenario;  // tests only

struct BeginningCase {
  const char* name;
  std::string text;
  std::size_t bytes_max;
  std::string want;
};
class BeginningTest : public testing::TestWithParam<BeginningCase> {};
TEST_P(BeginningTest, CutsNoCharacterInTwo) {
  EXPECT_EQ(beginning_of(GetParam().text, GetParam().bytes_max), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(Texts, BeginningTest,
                         testing::Values(BeginningCase{"AllOfIt", "abc", 3, "abc"},
                                         BeginningCase{"Ascii", "abcd", 3, "abc"},
                                         BeginningCase{"InsideOfALetter", "aż", 2, "a"},
                                         BeginningCase{"BehindALetter", "żab", 2, "ż"},
                                         BeginningCase{"NothingFits", "🙂", 3, ""}),
                         [](const auto& tested) { return tested.param.name; });

TEST(WordLimitTest, CutsTheTextOfOneMessageAndCountsIt) {
  WordLimit limit;
  EXPECT_EQ(limit.take("hello there"), "hello there");
  EXPECT_EQ(limit.report().missing, 0);
  EXPECT_EQ(limit.take(std::string(kTextBytesPerMessageMax + 5, 'a')).size(),
            kTextBytesPerMessageMax);
  EXPECT_EQ(limit.report().missing, 5);
  EXPECT_EQ(limit.report().kept, 11 + static_cast<std::int64_t>(kTextBytesPerMessageMax));
}

/// Short words cost more than long ones: the limit bounds the cost, not the number of letters.
TEST(WordLimitTest, BoundsWhatAllWordsCost) {
  std::string dense;
  while (dense.size() + 2 <= kTextBytesPerMessageMax) dense += "a ";
  constexpr std::size_t kCostMax = 1'000'000;
  const auto kept_of = [](const std::string& text) {
    WordLimit limit(kCostMax);
    while (!limit.take(text).empty()) {
    }
    EXPECT_EQ(limit.report().missing, static_cast<std::int64_t>(text.size()));
    return limit.report().kept;
  };
  const auto cost = static_cast<std::int64_t>(kCostMax);
  EXPECT_LE(kept_of(dense) / 2, cost / static_cast<std::int64_t>(kWordCostBytes));
  EXPECT_GT(kept_of(std::string(kTextBytesPerMessageMax, 'a')), cost * 9 / 10);
}

TEST(EventLimitTest, BoundsCountAndBytes) {
  EventLimit many;
  std::string detail = "{}";
  for (std::size_t i = 0; i < kEventsMax; ++i) ASSERT_TRUE(many.take("mute", detail));
  EXPECT_FALSE(many.take("mute", detail));
  EXPECT_EQ(many.report().missing, 1);

  EventLimit large;
  std::int64_t taken = 0;
  std::string long_detail(kTextBytesPerMessageMax, 'x');
  while (large.take("error", long_detail)) ++taken;
  EXPECT_LE(taken * static_cast<std::int64_t>(kTextBytesPerMessageMax),
            static_cast<std::int64_t>(kEventsCostBytesMax));
  EXPECT_EQ(large.report().missing, 1);
}

TEST(EventLimitTest, ALongDetailIsLeftOutAndCounted) {
  EventLimit limit;
  std::string detail(kTextBytesPerMessageMax + 1, 'x');
  EXPECT_TRUE(limit.take("error", detail));
  EXPECT_EQ(detail, "{}");
  EXPECT_EQ(limit.report().missing, 1);
  EXPECT_EQ(limit.report().kept, 0);
}

/// 7.8 MB of transcription made a manifest of 218 MB.
TEST(ShownLimitsTest, MegabytesOfWordsGiveABoundedViewThatSaysSo) {
  Session session;
  session.started();
  std::string text;
  while (text.size() < 60'000) text += " a";
  // All different, since a repeated text would count as a repetition.
  for (int i = 0; i < 40; ++i) {
    text[1] = static_cast<char>('b' + i % 20);
    text[3] = static_cast<char>('b' + i / 20);
    session.said(48'000, text);
  }
  session.anchors(0, 96'000);
  Folded result;
  fold_into(result, session.chunks([](std::size_t i) { return i % 20 == 0; }),
            {.render_sound = false});
  std::size_t words = 0;
  for (const Turn& turn : result.view.turns) words += turn.words.size();
  EXPECT_GT(words, 100'000U);
  EXPECT_LE(words * kWordCostBytes, kWordsCostBytesMax);
  const auto& loss = result.view.loss.words;
  EXPECT_EQ(loss.kept + loss.missing, 40 * 60'000);
  EXPECT_GT(loss.missing, 0);
}

}  // namespace
}  // namespace reprise::recording
