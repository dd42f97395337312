#include "domain/analytics/sums.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::analytics {
namespace {

using recording::Speaker;
using recording::Turn;
using recording::View;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;

Turn said(Speaker by, std::int64_t from_ms, std::int64_t to_ms,
          std::optional<std::int64_t> gap_ms = std::nullopt) {
  Turn turn{.speaker = by, .start_ns = from_ms * kMs, .end_ns = to_ms * kMs};
  if (gap_ms) turn.gap_before_ns = *gap_ms * kMs;
  return turn;
}
Turn person(std::int64_t from_ms, std::int64_t to_ms) {
  return said(Speaker::Person, from_ms, to_ms);
}
Turn cut(std::int64_t from_ms, std::int64_t at_ms, std::int64_t unheard_ms) {
  Turn turn = said(Speaker::Model, from_ms, at_ms);
  turn.interrupted = true;
  turn.interrupted_at_ns = at_ms * kMs;
  turn.ghost_ns = unheard_ms * kMs;
  return turn;
}
View talk(std::int64_t length_ms, std::vector<Turn> turns) {
  View view;
  view.duration_ns = length_ms * kMs;
  view.turns = std::move(turns);
  return view;
}

TEST(MeasuresTest, AGapIsBetweenThePersonAndTheModelAfterThem) {
  const Sums sums = measures_of(talk(
      20'000, {said(Speaker::Person, 1'000, 2'000, 1'000),  // nothing was heard before: no answer
               said(Speaker::Model, 2'600, 4'000, 600), said(Speaker::Model, 5'000, 6'000, 1'000),
               said(Speaker::Person, 8'000, 9'000, 2'000), said(Speaker::Model, 9'812, 12'000, 812),
               said(Speaker::Person, 11'000, 13'000), said(Speaker::Model, 12'500, 14'000)}));
  EXPECT_THAT(sums[Series::GapMs], ElementsAre(600, 812));
  EXPECT_EQ(sums[Count::PersonTurns], 3);
  EXPECT_EQ(sums[Count::ModelTurns], 4);
}

TEST(MeasuresTest, TheTimeToYieldBeginsWithTheVoiceThatCutIn) {
  const Sums sums = measures_of(
      talk(30'000, {person(0, 1'000), cut(2'000, 5'250, 3'000), person(3'000, 3'300),
                    person(5'000, 6'000), cut(7'000, 9'000, 500), person(9'500, 10'000)}));
  EXPECT_EQ(sums[Count::Interruptions], 2);
  EXPECT_EQ(sums[Count::UnheardMs], 3'500);
  EXPECT_THAT(sums[Series::YieldMs], ElementsAre(250)) << "the second was cut without a voice";
}

TEST(MeasuresTest, SharesAreLengthsOfWhatIsHeard) {
  Turn typed = person(0, 9'000);
  typed.written = true;
  const Sums sums =
      measures_of(talk(20'000, {typed, person(1'000, 4'000), said(Speaker::Model, 3'000, 8'000),
                                person(7'500, 9'000), said(Speaker::Model, 7'800, 8'500)}));
  EXPECT_EQ(sums[Count::LengthMs], 20'000);
  EXPECT_EQ(sums[Count::PersonMs], 4'500);
  EXPECT_EQ(sums[Count::ModelMs], 5'500) << "two turns of the model that overlap count once";
  EXPECT_EQ(sums[Count::BothMs], 2'000);
  EXPECT_THAT(sums[Series::DurationMs], ElementsAre(20'000));
}

TEST(MeasuresTest, SocketsAndWhyTheyEnded) {
  View view = talk(1'000, {});
  view.events = {{0, "socket_open", "{}"},
                 {1, "reconnecting", R"({"planned":true})"},
                 {2, "socket_open", "{}"},
                 {3, "reconnected", R"({"gap_ms":400,"cut_answer":false})"},
                 {4, "reconnecting", R"({"planned":false})"},
                 {5, "reconnected", R"({"gap_ms":"soon"})"},
                 {6, "reconnecting", "[]"}};
  view.tokens = {.prompt_text = 5, .answer_sound = 7};
  const Sums sums = measures_of(view);
  EXPECT_EQ(sums[Count::Sockets], 2);
  EXPECT_EQ(sums[Count::Reconnects], 2);
  EXPECT_EQ(sums[Count::LostSockets], 2);
  EXPECT_EQ(sums[Count::SilentMs], 400);
  EXPECT_EQ(sums[Count::PromptText], 5);
  EXPECT_EQ(sums[Count::AnswerSound], 7);
}

Sums some(std::int64_t sessions, std::vector<std::int32_t> gaps) {
  Sums sums;
  sums[Count::Sessions] = sessions;
  sums[Count::FailedAnswers] = 3;
  sums[Series::GapMs] = std::move(gaps);
  return sums;
}

TEST(SumsTest, AreKeptAndAddedWithoutLoss) {
  const Sums one = some(1, {600, 0, 86'400'000});
  const Sums other = some(5, {700});
  EXPECT_EQ(sums_of(text_of(one)), one);
  EXPECT_EQ(sums_of(text_of(Sums())), Sums());
  Sums both = one;
  both += other;
  EXPECT_EQ(both[Count::Sessions], 6);
  EXPECT_THAT(both[Series::GapMs], ElementsAre(600, 0, 86'400'000, 700));
  Sums added = one;
  EXPECT_TRUE(add_text(added, text_of(other)));
  EXPECT_EQ(added, both);
}

TEST(SumsTest, WhatIsNotOursAddsNothing) {
  const std::string whole = text_of(some(5, {700, 800}));
  Sums sums = some(1, {600});
  const Sums before = sums;
  for (const std::string& text :
       {std::string(), std::string("2 1"), "99" + whole.substr(1), whole + " 4",
        whole.substr(0, whole.size() - 4), whole.substr(0, 9), std::string("1 x")}) {
    EXPECT_FALSE(add_text(sums, text)) << text;
    EXPECT_EQ(sums, before) << text;
  }
}

TEST(SumsTest, AQuantileIsOneOfTheLengths) {
  std::vector<std::int32_t> lengths;
  EXPECT_EQ(quantile(lengths, 0.5), std::nullopt);
  lengths.reserve(100);
  for (int i = 100; i >= 1; --i) lengths.push_back(i);
  EXPECT_EQ(quantile(lengths, 0.5), 50);
  EXPECT_EQ(quantile(lengths, 0.95), 95);
  EXPECT_EQ(quantile(lengths, 0), 1);
  EXPECT_EQ(quantile(lengths, 1), 100);
  std::vector<std::int32_t> two{7, 5};
  EXPECT_EQ(quantile(two, 0.5), 5);
  EXPECT_EQ(quantile(two, 0.95), 7);
}

TEST(SumsTest, ManyLengthsHaveTheSameQuantilesAsInOrder) {
  for (const std::int32_t step : {1, 7, 977}) {  // all short, some long, most long
    std::vector<std::int32_t> ordered;
    ordered.reserve(9'001);
    for (std::int32_t i = 0; i < 9'001; ++i) ordered.push_back(i * step);
    std::vector<std::int32_t> mixed;
    mixed.reserve(ordered.size());
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      mixed.push_back(ordered[i * 4'001 % ordered.size()]);
    }
    for (const auto& [share, place] : {std::pair(0.0, 0), std::pair(0.5, 4'500),
                                       std::pair(0.95, 8'550), std::pair(1.0, 9'000)}) {
      EXPECT_EQ(quantile(mixed, share), ordered[static_cast<std::size_t>(place)]) << step;
    }
  }
}

TEST(SumsTest, EveryLengthIsInOneBar) {
  for (const Series of : {Series::DurationMs, Series::GapMs, Series::YieldMs}) {
    const auto bars = bars_of(of, Lengths(std::vector{0, 99, 100, 86'400'000, 250}));
    std::int64_t all = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
      all += bars[i].count;
      if (i + 1 == bars.size()) continue;
      EXPECT_EQ(bars[i].before_ms, bars[i + 1].from_ms);
      EXPECT_EQ(bars[i + 1].from_ms - bars[i].from_ms, bars[1].from_ms) << "all are equally wide";
    }
    EXPECT_EQ(all, 5);
    EXPECT_EQ(bars.back().count, 1);
    EXPECT_EQ(bars.back().before_ms, std::nullopt);
  }
  const auto gaps = bars_of(Series::GapMs, Lengths(std::vector{99, 100}));
  EXPECT_EQ(gaps[0], (Bar{.from_ms = 0, .before_ms = 100, .count = 1}));
  EXPECT_EQ(gaps[1], (Bar{.from_ms = 100, .before_ms = 200, .count = 1}));
}

}  // namespace
}  // namespace reprise::analytics
