#pragma once

// What a person looks for, and where it stands in a text. Pure; the same for every engine that
// keeps an index.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::search {

/// Changes whenever other words are kept of the same text: indexes are then filled anew.
inline constexpr std::int64_t kWordsVersion = 1;

/// Code points of what is typed; more than anybody types, and a bound for what a look-up costs.
inline constexpr std::size_t kQueryCharactersMax = 200;
/// Words that have to occur together; each costs a look into the index.
inline constexpr std::size_t kQueryWordsMax = 20;

/// Words in a row, as `text::lookup_words` folds them.
struct Phrase {
  std::vector<std::string> words;
  bool open_ended = false;  ///< the last word may go on: it is still being typed
  friend bool operator==(const Phrase&, const Phrase&) = default;
};

/// All phrases have to occur, in any order. None: nothing that can be found was typed.
struct Query {
  std::vector<Phrase> phrases;
};

/// Errors, which name `q`: Invalid for what is empty, invisible, too long, not UTF-8, or holds
/// control characters.
Result<Query> query_of(std::string_view typed);

/// A piece of a text, and whether it is what was looked for.
struct Piece {
  std::string text;
  bool marked = false;
  friend bool operator==(const Piece&, const Piece&) = default;
};
/// The whole text in pieces, whole words marked.
std::vector<Piece> pieces_of(std::string_view text, const Query& query);

}  // namespace reprise::search
