#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/recording/view/view.hpp"

namespace reprise::search {

/// Longer sentences are cut into pieces, at words: a hit must be readable at a glance, also when
/// the speech has no punctuation.
inline constexpr std::size_t kSentenceLettersMax = 300;

/// What the search finds as one hit.
struct Sentence {
  recording::Speaker speaker = recording::Speaker::Person;
  std::int64_t start_ns = 0;  ///< media time
  std::int64_t end_ns = 0;
  std::string text;  ///< one line, never empty
  friend bool operator==(const Sentence&, const Sentence&) = default;
};

/// The sentences that were said and heard, in order. Pure.
std::vector<Sentence> sentences_of(const std::vector<recording::Turn>& turns);

/// A written text in passages of at most kSentenceLettersMax letters, each of them one line. They
/// end at the end of a line or of a sentence where that leaves enough in them. Pure.
std::vector<std::string> passages_of(std::string_view text);

}  // namespace reprise::search
