#pragma once

// What a person looks for, and where it occurs in a text. Pure. The same for every engine that
// keeps an index.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::search {

/// Grows whenever the same text would be indexed by other words; indexes are then filled anew.
inline constexpr std::int64_t kWordsVersion = 2;

/// The most code points of a query: more than anybody types, and a bound for the cost of a search.
inline constexpr std::size_t kQueryCharactersMax = 200;
/// The most words that must occur together; each costs one look-up in the index.
inline constexpr std::size_t kQueryWordsMax = 20;

/// Words in a row, as `text::lookup_words` folds them.
struct Phrase {
  std::vector<std::string> words;
  bool open_ended = false;  ///< the last word may be incomplete: the person is still typing it
  friend bool operator==(const Phrase&, const Phrase&) = default;
};

/// All phrases must occur, in any order. Without phrases nothing is found.
struct Query {
  std::vector<Phrase> phrases;
};

/// Reads a query. Errors (they name `q`): Invalid for a text that is empty, invisible, too long,
/// not UTF-8, or holds control characters.
Result<Query> query_of(std::string_view typed);

/// A piece of a text; `found` when it is what was looked for.
struct Piece {
  std::string text;
  bool marked = false;
  friend bool operator==(const Piece&, const Piece&) = default;
};
/// The whole text in pieces. Always whole words are marked.
std::vector<Piece> pieces_of(std::string_view text, const Query& query);

}  // namespace reprise::search
