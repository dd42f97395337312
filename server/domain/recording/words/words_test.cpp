#include "domain/recording/words/words.hpp"

#include "base/fixture_for_test.hpp"
#include "domain/recording/words/transcription.hpp"

namespace reprise::recording {
namespace {
namespace json = boost::json;
using fixture::text_of;

TEST(WordsTest, SpreadByLetters) {
  fixture::for_each_case(fixture::load("text.json"), "place", [](const json::value& tested) {
    std::vector<TextPiece> pieces;
    for (const auto& piece : tested.at("pieces").as_array()) {
      pieces.push_back(
          {text_of(piece.at(0)), piece.at(1).to_number<double>(), piece.at(2).to_number<double>()});
    }
    const auto words = place_words(pieces);
    const auto& want = tested.at("want").as_array();
    ASSERT_EQ(words.size(), want.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      EXPECT_EQ(words[i].text, text_of(want[i].at(0)));
      EXPECT_DOUBLE_EQ(words[i].start, want[i].at(1).to_number<double>());
      EXPECT_DOUBLE_EQ(words[i].end, want[i].at(2).to_number<double>());
    }
  });
}

TEST(TranscriptionTest, RepeatsAreSaidOnce) {
  fixture::for_each_case(fixture::load("text.json"), "said", [](const json::value& tested) {
    std::vector<Transcription> pieces;
    for (const auto& piece : tested.at("pieces").as_array()) {
      pieces.push_back({.arrival_ms = piece.at(0).as_int64(),
                        .text = text_of(piece.at(1)),
                        .finished = piece.as_array().size() > 2});
    }
    EXPECT_EQ(text_of(said_once(pieces)), text_of(tested.at("want")));
  });
}

TEST(TranscriptionTest, WhatAPersonCouldHaveSaidAgainIsKept) {
  const auto letters = static_cast<std::int64_t>(text::letter_count("Yes."));
  const auto soonest = kUtterancePauseMs + letters * kLetterMs;
  for (const std::int64_t after : {soonest - 1, soonest}) {
    const std::vector<Transcription> pieces{{.arrival_ms = 5'000, .text = "Yes."},
                                            {.arrival_ms = 5'000 + after, .text = "Yes."}};
    EXPECT_EQ(said_once(pieces).size(), after < soonest ? 1 : 2) << after;
  }
}

TEST(TranscriptionTest, TheSameInAnotherExchangeIsSaidAgain) {
  const std::vector<Transcription> pieces{{.text = "Yes."}, {.text = "Yes.", .exchange = 1}};
  EXPECT_EQ(said_once(pieces).size(), 2);
}

/// The texts of pieces that are left, when pieces come at these times.
std::vector<std::string> kept(const std::vector<std::pair<std::int64_t, std::string>>& said) {
  std::vector<Transcription> pieces;
  pieces.reserve(said.size());
  for (const auto& [ms, text] : said) pieces.push_back({.arrival_ms = ms, .text = text});
  std::vector<std::string> texts;
  for (auto& piece : said_once(std::move(pieces))) texts.push_back(std::move(piece.text));
  return texts;
}

TEST(TranscriptionTest, OnlyWholeUtterancesAreRepeats) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(kept({{0, " no more"}, {100, " no more"}}), (Texts{" no more"}));
  EXPECT_EQ(kept({{0, " no"}, {100, " no"}}), (Texts{" no", " no"})) << "people do say it twice";
  EXPECT_EQ(kept({{0, "hm"}, {100, "hm"}}), (Texts{"hm"})) << "not in the middle of a sentence";
  EXPECT_EQ(kept({{0, "a"}, {100, "a"}}), (Texts{"a", "a"}));
  EXPECT_EQ(kept({{0, "Okay."}, {1000, "Yes."}, {1100, "Yes."}}), (Texts{"Okay.", "Yes."}));
  EXPECT_EQ(kept({{0, "Okay"}, {100, "Yes."}, {200, "Yes."}}), (Texts{"Okay", "Yes.", "Yes."}))
      << "what is repeated must begin an utterance";
}

TEST(TranscriptionTest, AnUtteranceBeginsAfterAPause) {
  const auto joined = [](std::int64_t pause_ms, bool finished) {
    return recording::text_of({{.arrival_ms = 100, .text = "one", .finished = finished},
                               {.arrival_ms = 100 + pause_ms, .text = "two"}});
  };
  EXPECT_EQ(joined(kUtterancePauseMs - 1, false), "onetwo");
  EXPECT_EQ(joined(kUtterancePauseMs, false), "one two");
  EXPECT_EQ(joined(1, true), "one two");
}

TEST(WordsTest, TextThatIsNoUtf8KeepsItsPieces) {
  const auto words = place_words({{"a\xFF\xFF b", 0, 4}});
  ASSERT_EQ(words.size(), 2);
  EXPECT_EQ(words[1].text, " b");
  EXPECT_DOUBLE_EQ(words[1].start, 3);
  EXPECT_DOUBLE_EQ(words[1].end, 4);
}

}  // namespace
}  // namespace reprise::recording
