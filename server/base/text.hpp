#pragma once

// Text as people read it. Letters are grapheme clusters (UAX #29). Words end at white space; in
// scripts without white space a dictionary tells where they end. web/src/media/text.ts follows the
// same rules; both are tested on tests/fixtures/text.json. All functions take any bytes. Any
// thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::text {

/// Makes valid UTF-8: whatever UTF-8 does not allow becomes U+FFFD, one for each broken piece. Two
/// halves of a character that were separated (surrogates, each as the three bytes that UTF-8 would
/// give it) are put together.
std::string well_formed(std::string_view text);

/// Makes JSON parsable that has `\ud83d` without its other half (the API may cut a text there):
/// such a half becomes the three bytes that UTF-8 would give it. `well_formed` puts two
/// such halves together again.
std::string with_lone_halves(std::string_view json);

/// Byte offsets at which letters begin; the first one is 0.
std::vector<std::size_t> letter_starts(std::string_view text);
/// The number of letters, white space included.
std::size_t letter_count(std::string_view text);
/// True when any letter is of a script that puts no spaces between words.
bool writes_no_spaces(std::string_view text);
/// Whether all of the text is white space; true for empty text, too.
bool is_white_space(std::string_view text);
std::string_view without_leading_space(std::string_view text);
/// The text without white space at both ends.
std::string_view trimmed(std::string_view text);
/// Words, each with the white space before it. White space at the end is left out.
std::vector<std::string_view> words(std::string_view text);

std::string_view first_letters(std::string_view text, std::size_t letters_max);
/// At most the first `letters_max` letters, with `…` when there are more. Cuts between words if at
/// least one word fits, otherwise between letters.
std::string cut(std::string_view text, std::size_t letters_max);

/// True when a person would see something: not only white space, marks without a letter, control
/// and format characters, and characters that are invisible by default.
bool is_visible(std::string_view text);

/// One line without white space at its ends: one space for each run of it, no control characters.
std::string one_line(std::string_view text);

/// The text with its first letter in title case.
std::string with_capital(std::string_view text);

/// What the border between two pieces of speech is.
enum class Border {
  None,       ///< pieces of one utterance: they carry their own spaces
  Utterance,  ///< the person (or the model) began anew
};
/// `before` continued by `next`. Puts a space between them where one is needed and none is there:
/// between utterances, and after the end of a sentence. Never in the middle of a letter, before
/// closing punctuation, or after the wide punctuation of Chinese and Japanese, which includes its
/// own space.
std::string join(std::string before, std::string_view next, Border border);

/// True when the last sign of `text`, quotes and brackets left out, ends a sentence.
bool ends_sentence(std::string_view text);

/// Encloses the text so that its direction does not change the text around it (U+2068 … U+2069).
std::string isolated(std::string_view text);

}  // namespace reprise::text
