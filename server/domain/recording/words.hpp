#pragma once

// Spreading the words of a transcription over the sound that they belong to.

#include <string>
#include <string_view>
#include <vector>

namespace reprise::recording {

/// Text whose sound lies at [start, end) on any axis.
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

/// Cuts the joined text of the pieces into words and gives each letter the same share of its
/// piece. A word may begin in one piece and end in the next. Pieces are in order. Signs of scripts
/// that write no spaces (Chinese, Japanese, Thai …) are words of their own. Text of pieces without
/// length shares its place.
std::vector<PlacedWord> place_words(const std::vector<TextPiece>& pieces);

}  // namespace reprise::recording
