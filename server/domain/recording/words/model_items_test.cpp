#include "domain/recording/words/model_items.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace reprise::recording {
namespace {

SpanRow span(std::int64_t item, std::int64_t first, std::int64_t count, std::int64_t frame) {
  return {item, ModelSample(first), ModelSample(count), Frame(frame)};
}

TEST(ModelItemsTest, RunsGoOnUntilAHole) {
  struct {
    const char* name;
    SpanRow second;
    std::size_t want_runs;
    std::int64_t want_heard;
  } const cases[] = {{"goes on", span(0, 200, 50, 1200), 1, 250},
                     {"a hole in time", span(0, 200, 50, 1202), 2, 250},
                     {"a hole in the samples", span(0, 210, 50, 1200), 2, 260},
                     {"back in time", span(0, 200, 50, 1198), 1, 200},
                     {"back in the samples", span(0, 190, 50, 1200), 1, 200},
                     {"back in both", span(0, 190, 50, 1198), 1, 200}};
  for (const auto& [name, second, want_runs, want_heard] : cases) {
    ModelItems items;
    EXPECT_TRUE(items.on(span(0, 100, 100, 1000), Frame(1))) << name;
    EXPECT_TRUE(items.on(second, Frame(2))) << name;
    ASSERT_EQ(items.items().size(), 1) << name;
    EXPECT_EQ(items.items()[0].runs.size(), want_runs) << name;
    EXPECT_EQ(items.items()[0].heard_end(), ModelSample(want_heard)) << name;
  }
}

TEST(ModelItemsTest, AnItemReachesFromItsFirstToItsLastSample) {
  ModelItems items;
  EXPECT_TRUE(items.on(span(3, 0, 0, 0), Frame(0)));
  EXPECT_TRUE(items.items().empty()) << "a span without samples";
  items.on(ItemRow{3, ModelSample(200)}, Frame(7));
  items.on(span(3, 100, 50, 0), Frame(8));
  items.on(ItemRow{3, ModelSample(150)}, Frame(9));
  ASSERT_EQ(items.items().size(), 1);
  const auto& item = items.items()[0];
  EXPECT_EQ(item.first_sample, ModelSample(100));
  EXPECT_EQ(item.end_sample, ModelSample(200));
  EXPECT_EQ(item.arrival_frame, Frame(7));
  items.on(ItemEndRow{3, ModelSample(90), true});
  EXPECT_EQ(item.end_sample, ModelSample(200)) << "the row counts fewer";
  items.on(ItemEndRow{3, ModelSample(120), false});
  EXPECT_EQ(item.end_sample, ModelSample(220));
  EXPECT_FALSE(item.complete);
}

TEST(ModelItemsTest, RowsOfUnknownItemsAreLeft) {
  ModelItems items;
  items.on(ItemRow{0, ModelSample(0)}, Frame(0));
  items.on(ItemEndRow{1, ModelSample(90), false});
  items.on(FlushRow{Frame(50), 1, ModelSample(10)});
  items.on(FlushRow{Frame(50), std::nullopt, ModelSample(10)});
  ASSERT_EQ(items.items().size(), 1);
  const auto& item = items.items()[0];
  EXPECT_TRUE(item.complete);
  EXPECT_FALSE(item.flush_frame);
  items.on(FlushRow{Frame(50), 0, ModelSample(10)});
  items.on(FlushRow{Frame(60), 0, ModelSample(5)});
  EXPECT_EQ(item.flush_frame, Frame(60));
  EXPECT_EQ(item.dropped_samples, ModelSample(15));
}

/// A talk on the wire: messages with their times, in ms.
class Talk {
 public:
  Talk& at(std::int64_t ms) {
    send();
    at_ms_ = ms;
    return *this;
  }
  Talk& sound(std::optional<std::int64_t> item) {
    row_.audio = WireRow::Audio{ModelSample(next_sample_), ModelSample(100), item};
    next_sample_ += 100;
    return *this;
  }
  Talk& says(std::string text) {
    row_.output_text = std::move(text);
    return *this;
  }
  Talk& writes(std::string text) {
    row_.written.push_back(std::move(text));
    return *this;
  }
  Talk& cut() {
    row_.interrupted = true;
    return *this;
  }
  Talk& generated() {
    row_.generation_complete = true;
    return *this;
  }
  Talk& complete(bool goes_on = false) {
    row_.turn_complete = true;
    row_.goes_on = goes_on;
    return *this;
  }
  Talk& socket(std::int64_t number) {
    row_.socket = number;
    return *this;
  }
  Talk& typed() {
    send();
    items_.typed();
    return *this;
  }
  Talk& names(std::int64_t item) {
    send();
    items_.on(ItemRow{item, ModelSample(next_sample_)}, Frame(at_ms_ * 48));
    return *this;
  }
  const std::vector<ModelItem>& items() {
    send();
    return items_.items();
  }
  /// The words of each item: `-` before those that came after a cut, `written: `, `!` at the end of
  /// an item that was cut.
  std::vector<std::string> words() {
    std::vector<std::string> all;
    for (const auto& item : items()) {
      std::string text = item.written ? "written: " : "";
      for (const auto& fragment : item.fragments)
        text += (fragment.late ? "-" : "") + fragment.text;
      all.push_back(text + (item.interrupted || !item.complete ? "!" : ""));
    }
    return all;
  }

 private:
  void send() {
    const auto socket = row_.socket;
    items_.on_wire(std::exchange(row_, WireRow{.socket = socket}), at_ms_, Frame(at_ms_ * 48));
  }
  ModelItems items_;
  WireRow row_{};
  std::int64_t at_ms_ = 0;
  std::int64_t next_sample_ = 0;
};
using Words = std::vector<std::string>;

TEST(ModelItemsTest, SoundAndWordsBelongToTheItemThatSpeaks) {
  Talk talk;
  talk.at(0).sound(std::nullopt);  // nobody speaks yet
  EXPECT_TRUE(talk.items().empty());
  talk.at(10).says("one").at(20).sound(4).at(30).says(" two").at(40).sound(std::nullopt);
  EXPECT_EQ(talk.words(), (Words{"one two"}));
  const auto& item = talk.items()[0];
  EXPECT_EQ(item.first_sample, ModelSample(100));
  EXPECT_EQ(item.end_sample, ModelSample(300));
  EXPECT_EQ(item.fragments[0].sample, ModelSample(100));
  EXPECT_EQ(item.fragments[1].sample, ModelSample(200));
  talk.names(5);
  EXPECT_EQ(talk.items()[0].end_sample, ModelSample(300));
}

TEST(ModelItemsTest, ATurnWithNothingInItIsNoItem) {
  Talk talk;
  talk.at(0).complete().at(10).cut().at(20).generated().at(30).socket(1).at(40).socket(2);
  EXPECT_TRUE(talk.items().empty());
}

TEST(ModelItemsTest, WordsWithoutSoundAreAnItemWhenTheTurnEnds) {
  EXPECT_EQ(Talk().at(0).says("a").complete().words(), (Words{"a"}));
  EXPECT_EQ(Talk().at(0).says("a").at(9).socket(1).words(), (Words{"a"}));
  EXPECT_EQ(Talk().at(0).says("a").at(9).cut().words(), (Words{"a!"}));
  EXPECT_EQ(Talk().at(0).sound(0).says("a").at(9).complete().words(), (Words{"a"}));
  EXPECT_EQ(Talk().at(0).sound(0).says("a").at(9).socket(1).says("b").complete().words(),
            (Words{"a", "b"}));
}

TEST(ModelItemsTest, LateWordsBelongToTheTurnThatWasClosed) {
  const auto after = [](std::int64_t ms) {
    return Talk().at(5000).sound(0).says("a").at(6000).complete().at(6000 + ms).says("b");
  };
  EXPECT_EQ(after(kLateWordsMs - 1).at(9000).sound(1).words(), (Words{"ab", ""}));
  EXPECT_EQ(after(kLateWordsMs).at(9000).sound(1).words(), (Words{"a", "b"}));
  EXPECT_EQ(after(10).sound(1).words(), (Words{"a", "b"})) << "they come with sound";
  EXPECT_EQ(after(2000).at(6100).says("c").at(9000).sound(1).words(), (Words{"a", "bc"}))
      << "words wait already";
  EXPECT_EQ(
      Talk().at(0).sound(0).says("a").at(9).complete(true).at(20).says("b").at(30).sound(1).words(),
      (Words{"a", "b"}))
      << "the model goes on";
  EXPECT_EQ(Talk()
                .at(0)
                .sound(0)
                .says("a")
                .typed()
                .at(9)
                .complete()
                .at(20)
                .says("b")
                .at(30)
                .sound(1)
                .words(),
            (Words{"a", "b"}))
      << "the answer to what was typed";
}

TEST(ModelItemsTest, WhatComesSoonAfterACutIsLate) {
  const auto cut = [] {  // after a turn that was whole
    return Talk().at(0).sound(0).complete().at(3000).sound(1).says("a").at(5000).cut();
  };
  const auto next = [&](std::int64_t ms) { return cut().at(5000 + ms).says("b").complete(); };
  EXPECT_EQ(next(kLateOutputMs - 1).words(), (Words{"", "a-b!"}));
  EXPECT_EQ(next(kLateOutputMs).words(), (Words{"", "a!", "b"}));
  EXPECT_EQ(cut().at(5010).generated().at(5020).says("b").complete().words(),
            (Words{"", "a!", "b"}))
      << "the cut turn is over";
  EXPECT_EQ(cut().at(5200).cut().at(5300).says("b").complete().words(), (Words{"", "a!", "b"}))
      << "the first cut counts";
  EXPECT_EQ(cut().at(5200).says("b").at(5400).says("c").at(5600).says("d").words(),
            (Words{"", "a-b-c-d!"}))
      << "each late word makes the time longer";
  EXPECT_EQ(Talk().at(0).cut().at(10).says("a").sound(0).words(), (Words{"a"}))
      << "nothing was cut";
}

TEST(ModelItemsTest, TheNumberOfSoundTellsWhetherItIsLate) {
  const auto cut = [] { return Talk().at(0).sound(0).says("a").at(100).cut(); };
  EXPECT_EQ(cut().at(2000).sound(0).says("b").words(), (Words{"a-b!"}));
  EXPECT_EQ(cut().at(110).sound(1).says("b").words(), (Words{"a!", "b"}));
  EXPECT_EQ(cut().at(110).names(1).sound(1).says("b").words(), (Words{"a!", "b"}));
  EXPECT_EQ(cut().at(110).sound(std::nullopt).says("b").words(), (Words{"a-b!"}));
}

TEST(ModelItemsTest, TextPartsAreTheAnswerOfATurnWithoutSound) {
  EXPECT_EQ(Talk().at(0).writes("a").at(9).writes("b").complete().words(), (Words{"written: ab"}));
  EXPECT_EQ(Talk().at(0).writes("a").at(9).generated().words(), (Words{"written: a"}));
  EXPECT_EQ(Talk().at(0).writes(" \n").complete().words(), Words{}) << "nothing to see";
  EXPECT_EQ(Talk().at(0).writes("**Thinking**\n\nIt is").complete().words(), Words{});
  EXPECT_EQ(Talk().at(0).sound(0).writes("a").at(9).complete().words(), (Words{""}));
  EXPECT_EQ(Talk().at(0).says("b").writes("a").at(9).complete().words(), (Words{"b"}));
}

TEST(ModelItemsTest, TextPartsBeginWithAHeadingWhenTheyAreReasoning) {
  const std::pair<const char*, bool> cases[] = {{"**Considering the request**", true},
                                                {" **A**\n\nIt is", true},
                                                {"**A** b", true},
                                                {"", false},
                                                {"A **b** c", false},
                                                {"**A**b", false},
                                                {"**** b", false},
                                                {"**A", false},
                                                {"**A* b", false},
                                                {"**A*b c", false},
                                                {"**A\nb** c", false},
                                                {"*A* b", false},
                                                {"**A*", false}};
  for (const auto& [text, want] : cases) EXPECT_EQ(is_reasoning(text), want) << text;
}

TEST(ModelItemsTest, WordsBeyondTheNumberOfItemsAreCounted) {
  ModelItems items;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kModelItemsMax); ++i) {
    items.on(ItemRow{i, ModelSample(i)}, Frame(i));
  }
  WireRow row{.socket = 0};
  row.output_text = "a";
  row.turn_complete = true;
  items.on_wire(row, 0, Frame(0));
  EXPECT_EQ(items.left_out(), 1);
  row.output_text.clear();
  row.written = {"a"};
  items.on_wire(row, 0, Frame(0));
  EXPECT_EQ(items.left_out(), 2);
  EXPECT_EQ(items.items().size(), kModelItemsMax);
}

}  // namespace
}  // namespace reprise::recording
