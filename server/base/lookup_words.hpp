#pragma once

// Text in the form that a search compares: words that a person types match words that were said,
// also when case, accents or width of the letters differ. Takes any bytes. Any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::text {

/// A word that can be found: letters, digits, signs that belong to them, and emoji. In scripts
/// without spaces each letter is a word of its own, since a dictionary cuts the same letters
/// differently in another sentence; words are then found as letters in a row.
struct LookupWord {
  std::string folded;      ///< for comparing; never empty, no white space, no ASCII signs
  std::size_t begin = 0;   ///< first byte of the word in the text …
  std::size_t end = 0;     ///< … and one past its last byte
  bool continues = false;  ///< a letter that follows the letter before without a gap
};

/// The words of `text` in order (UAX #29). Folded: NFKC, case (Unicode's case folding), accents of
/// Latin, Greek and Cyrillic, points of Hebrew, vowel signs and forms of letters of Arabic. Vowels
/// of other scripts stay: they are letters there, not accents. Digits below the line belong to the
/// word before and after them ("H₂O" is `h2o`), those above it to a unit or a variable ("m²").
std::vector<LookupWord> lookup_words(std::string_view text);

}  // namespace reprise::text
