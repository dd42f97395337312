#pragma once

// Spreads the words of a transcription over the sound that they belong to.

#include <string>
#include <vector>

namespace reprise::recording {

/// Text whose sound lies at [start, end) on any one axis.
struct TextPiece {
  std::string text;
  double start;
  double end;
};
struct PlacedWord {
  std::string text;  ///< with its own leading space
  double start;
  double end;
};

/// Joins the text of the pieces, which are in order and of one utterance, and cuts it into words
/// (base/text.hpp). A letter that is no white space belongs to the piece in which it begins; all
/// such letters of a piece get equal shares of its sound. A word may begin in one piece and end in
/// the next. Pieces without length put all their words at one place.
/// web/src/media/live/place-words.ts does the same; both are tested on tests/fixtures/text.json.
std::vector<PlacedWord> place_words(const std::vector<TextPiece>& pieces);

}  // namespace reprise::recording
