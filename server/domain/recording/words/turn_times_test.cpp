// When turns begin and end: written ones, those without detected speech, and what lies between
// them.

#include <gtest/gtest.h>

#include "domain/recording/words/turns.hpp"

namespace reprise::recording {
namespace {

constexpr std::int64_t kSecond = 48'000;

/// A second of the model, heard from `frame` on.
ModelItem spoken_at(std::int64_t frame) {
  ModelItem item;
  item.end_sample = ModelSample(24'000);
  item.runs.push_back({ModelSample(0), ModelSample(24'000), Frame(frame)});
  return item;
}

TEST(TurnsTest, TextWithoutSpeechTakesTheTimeOfItsLetters) {
  // 60 ms for each letter before the text came, but not before the end of the text before.
  const std::vector<ModelItem> none;
  const auto turns = assemble_turns(
      {none,
       {},
       {{5000, "ten lettrs"}, {7100, "hi"}, {9100, "hi, all of you there, how are things"}}});
  ASSERT_EQ(turns.size(), 3);
  const std::pair<std::int64_t, std::int64_t> want_ms[] = {
      {4400, 5000}, {6980, 7100}, {7100, 9100}};
  for (std::size_t i = 0; i < turns.size(); ++i) {
    EXPECT_EQ(turns[i].start_ns, want_ms[i].first * 1'000'000) << i;
    EXPECT_EQ(turns[i].end_ns, want_ms[i].second * 1'000'000) << i;
  }
  const auto joined = assemble_turns({none, {}, {{5000, "one"}, {6000, " two"}}});
  ASSERT_EQ(joined.size(), 1);
  EXPECT_EQ(joined[0].end_ns, 6'000'000'000) << "the turn ends with its last piece";
}

Turn typed_turn(const std::vector<ModelItem>& items, std::string text) {
  for (auto& turn : assemble_turns({items, {}, {}, {{Frame(48'000), std::move(text)}}})) {
    if (turn.written) return turn;
  }
  return {};
}

TEST(TurnsTest, AWrittenTurnLastsAsLongAsReadingTakes) {
  EXPECT_EQ(typed_turn({}, std::string(30, 'a')).end_ns, 2'500'000'000);
  EXPECT_EQ(typed_turn({}, std::string(31, 'a')).end_ns, 2'550'000'000);
  const auto cut = typed_turn({spoken_at(72'000)}, "ab cd ef gh");
  EXPECT_EQ(cut.end_ns, 1'500'000'000) << "or until the next turn begins";
  ASSERT_EQ(cut.words.size(), 4);
  EXPECT_EQ(cut.words[0].start_ns, 1'000'000'000);
  EXPECT_EQ(cut.words[0].end_ns, 1'375'000'000);
  EXPECT_EQ(cut.words[3].start_ns, 1'500'000'000);
  EXPECT_EQ(cut.words[3].end_ns, 1'500'000'000);
  EXPECT_EQ(typed_turn({spoken_at(480'000)}, "ab").end_ns, 2'500'000'000);
}

/// Gap before and overlap of each turn, in ms; −1: no gap is told.
using Between = std::vector<std::pair<std::int64_t, std::int64_t>>;
Between between(const std::vector<Turn>& turns) {
  Between got;
  for (const auto& turn : turns) {
    got.emplace_back(turn.gap_before_ns ? *turn.gap_before_ns / 1'000'000 : -1,
                     turn.overlap_ns / 1'000'000);
  }
  return got;
}

TEST(TurnsTest, TellsGapsAndOverlaps) {
  const auto model = spoken_at(kSecond);
  const auto turns = [](const ModelItem& item, const std::vector<Segment>& speech) {
    const std::vector<ModelItem> items{item};
    return between(assemble_turns({items, speech, {}}));
  };
  EXPECT_EQ(turns(model, {{Frame(3 * kSecond), Frame(4 * kSecond)}}),
            (Between{{-1, 0}, {1000, 0}}));
  EXPECT_EQ(turns(model, {{Frame(2 * kSecond), Frame(4 * kSecond)}}), (Between{{-1, 0}, {0, 0}}));
  EXPECT_EQ(turns(model, {{Frame(kSecond * 3 / 2), Frame(4 * kSecond)}}),
            (Between{{-1, 0}, {-1, 500}}));
  // Inside of what the person says.
  EXPECT_EQ(turns(spoken_at(2 * kSecond),
                  {{Frame(0), Frame(6 * kSecond)}, {Frame(9 * kSecond), Frame(10 * kSecond)}}),
            (Between{{-1, 0}, {-1, 1000}, {3000, 0}}));
}

TEST(TurnsTest, AGapCountsFromWhatThePersonWrote) {
  ModelItem written;
  written.written = true;
  written.arrival_frame = Frame(6 * kSecond);
  written.fragments = {{ModelSample(0), "shown"}};
  const std::vector<ModelItem> items{spoken_at(kSecond), written};
  const auto turns =
      assemble_turns({items,
                      {{Frame(10 * kSecond), Frame(11 * kSecond)}},
                      {},
                      {{Frame(kSecond / 2), "typed"}, {Frame(5 * kSecond), "more"}}});
  EXPECT_EQ(between(turns), (Between{{-1, 0}, {500, 0}, {-1, 0}, {-1, 0}, {5000, 0}}));
}

}  // namespace
}  // namespace reprise::recording
