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

}  // namespace
}  // namespace reprise::recording
