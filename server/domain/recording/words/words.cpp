#include "domain/recording/words/words.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace reprise::recording {
namespace {

/// A letter of the joined text.
struct Letter {
  std::size_t end;    ///< byte offset
  std::size_t piece;  ///< the piece in which it begins
  bool space;
};

/// The joined text and, for each piece, the byte offset at which it ends.
struct Joined {
  std::string text;
  std::vector<std::size_t> ends;
};

Joined joined(const std::vector<TextPiece>& pieces) {
  Joined result;
  for (const auto& piece : pieces) {
    result.text = text::join(std::move(result.text), piece.text, text::Border::None);
    result.ends.push_back(result.text.size());
  }
  result.text = text::well_formed(result.text);
  return result;
}

std::vector<Letter> letters_of(const Joined& joined) {
  const std::string_view text = joined.text;
  auto starts = text::letter_starts(text);
  std::vector<Letter> letters;
  letters.reserve(starts.size());
  std::size_t piece = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto end = i + 1 < starts.size() ? starts[i + 1] : text.size();
    while (piece + 1 < joined.ends.size() && starts[i] >= joined.ends[piece]) ++piece;
    letters.push_back({end, piece, text::is_white_space(text.substr(starts[i], end - starts[i]))});
  }
  return letters;
}

}  // namespace

std::vector<PlacedWord> place_words(const std::vector<TextPiece>& pieces) {
  const auto whole = joined(pieces);
  const auto letters = letters_of(whole);
  std::vector<double> counts(pieces.size());
  for (const auto& letter : letters) counts[letter.piece] += letter.space ? 0 : 1;
  std::vector<PlacedWord> placed;
  std::vector<double> passed(pieces.size());
  auto letter = letters.begin();
  for (const auto word : text::words(whole.text)) {
    const auto end = static_cast<std::size_t>(word.data() + word.size() - whole.text.data());
    const auto bare = text::without_leading_space(word);
    const bool spaced = !placed.empty() && bare.size() < word.size();
    placed.push_back({std::string(spaced ? " " : "").append(bare), 0, 0});
    bool first = true;
    for (; letter != letters.end() && letter->end <= end; ++letter) {
      if (letter->space) continue;
      const auto& piece = pieces[letter->piece];
      const double share = (piece.end - piece.start) / counts[letter->piece];
      const double start = piece.start + share * passed[letter->piece]++;
      if (first) placed.back().start = start;
      first = false;
      placed.back().end = start + share;
    }
  }
  return placed;
}

}  // namespace reprise::recording
