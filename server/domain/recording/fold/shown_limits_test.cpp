#include "domain/recording/loss/shown_limits.hpp"

#include <gtest/gtest.h>

#include "domain/recording/fold/scenario_for_test.hpp"
#include "domain/recording/words/model_items.hpp"

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
                                         BeginningCase{"NoBeginningOfALetter", "\x80\x80\x80", 2,
                                                       ""},
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

TEST(WordLimitTest, KeepsWhatJustFits) {
  EXPECT_EQ(WordLimit(5 + kWordCostBytes).take("seven"), "seven");
  EXPECT_EQ(WordLimit(4 + kWordCostBytes).take("seven"), "");
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
  EXPECT_FALSE(many.take("mute", detail));
  EXPECT_EQ(many.report().missing, 2);

  EventLimit large;
  std::size_t taken = 0;
  std::string long_detail(kTextBytesPerMessageMax, 'x');
  while (large.take("error", long_detail)) ++taken;
  EXPECT_EQ(taken, kEventsCostBytesMax / (5 + kTextBytesPerMessageMax + kEventCostBytes));
  EXPECT_EQ(large.report().missing, 1);

  constexpr std::size_t kLongest = kEventsCostBytesMax - kEventCostBytes - 2;
  EXPECT_TRUE(EventLimit().take(std::string(kLongest, 'k'), detail));
  EXPECT_FALSE(EventLimit().take(std::string(kLongest + 1, 'k'), detail));
}

TEST(EventLimitTest, ALongDetailIsLeftOutAndCounted) {
  EventLimit limit;
  std::string detail(kTextBytesPerMessageMax + 1, 'x');
  EXPECT_TRUE(limit.take("error", detail));
  EXPECT_EQ(detail, "{}");
  EXPECT_EQ(limit.report().missing, 1);
  EXPECT_EQ(limit.report().kept, 0);
}

/// Turns of a few bytes each: what they cost is bounded by their number.
TEST(ShownLimitsTest, TensOfThousandsOfTinyTurnsGiveABoundedViewThatSaysSo) {
  constexpr std::int64_t kSaid = static_cast<std::int64_t>(kModelItemsMax) + 500;
  Session session;
  session.started();
  for (std::int64_t i = 0; i < kSaid; ++i) {
    session.wire(48'000 + static_cast<double>(i),
                 R"({"serverContent":{"outputTranscription":{"text":"a"},"turnComplete":true,)"
                 R"("interrupted":true}})");
  }
  session.anchors(0, 96'000);
  Folded result;
  fold_into(result, session.chunks([](std::size_t i) { return i % 10'000 == 0; }),
            {.render_sound = false});
  EXPECT_EQ(std::ssize(result.view.turns), kTurnsMax);
  EXPECT_EQ(result.view.loss.turns.kept, kTurnsMax);
  EXPECT_EQ(result.view.loss.turns.missing, kSaid - kTurnsMax);
}

/// Ten samples of an item.
SpanRow span(std::int64_t item, std::int64_t first_sample, std::int64_t frame) {
  return {item, ModelSample(first_sample), ModelSample(10), Frame(frame)};
}

/// Items of sound that nobody hears, and speech of the person between them.
TEST(ShownLimitsTest, ItemsBeyondTheirNumberAreCountedOnceEach) {
  ModelItems items;
  const auto count = static_cast<std::int64_t>(kModelItemsMax);
  for (std::int64_t i = 0; i < count + 3; ++i) {
    items.on(ItemRow{.item = i, .first_sample = ModelSample(10 * i)}, Frame(i));
    const bool kept = items.on(span(i, 10 * i, 100 * i), Frame(i));
    EXPECT_EQ(kept, i < count) << i;
    items.on(span(i, 10 * i + 10, 100 * i + 50), Frame(i));
  }
  EXPECT_EQ(items.items().size(), kModelItemsMax);
  EXPECT_EQ(items.left_out(), 3);
  EXPECT_TRUE(items.on(span(5, 60, 1000 * count), Frame(count))) << "a known item goes on";
}

TEST(ShownLimitsTest, RunsBeyondTheirNumberAreLeftOut) {
  ModelItems items;
  std::int64_t kept = 0;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kRenderedRunsMax) + 5; ++i) {
    kept += items.on(span(0, 20 * i, 100 * i), Frame(i)) ? 1 : 0;
  }
  EXPECT_EQ(kept, static_cast<std::int64_t>(kRenderedRunsMax));
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
