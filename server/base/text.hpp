#pragma once

// Text as people read it: letters are grapheme clusters (UAX #29), words end at white space or, in
// scripts that write none, where a dictionary says so. web/src/media/text.ts follows the same
// rules; both are tested on tests/fixtures/text.json. All of it takes any bytes and any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::text {

/// UTF-8 for people: what UTF-8 does not allow becomes U+FFFD, one for each broken piece. Halves of
/// one character that came apart (surrogates, each as the three bytes that UTF-8 would give them)
/// are put together.
std::string well_formed(std::string_view text);

/// JSON with `\ud83d` whose other half is elsewhere (the API may cut a text there) as JSON that can
/// be parsed: such a half becomes the three bytes that UTF-8 would give it. `well_formed` undoes
/// it.
std::string with_lone_halves(std::string_view json);

/// Byte offsets at which letters begin; the first one is 0.
std::vector<std::size_t> letter_starts(std::string_view text);
/// Letters, white space among them.
std::size_t letter_count(std::string_view text);
/// True when any of it is of a script whose words are not told apart by spaces.
bool writes_no_spaces(std::string_view text);
/// True for empty text, too.
bool is_white_space(std::string_view text);
std::string_view without_leading_space(std::string_view text);
/// Without white space at both ends.
std::string_view trimmed(std::string_view text);
/// Words, each with the white space before it; white space at the end belongs to none.
std::vector<std::string_view> words(std::string_view text);

std::string_view first_letters(std::string_view text, std::size_t letters_max);
/// The first `letters_max` letters at most, with `…` when there are more: whole words when one
/// fits, else whole letters.
std::string cut(std::string_view text, std::size_t letters_max);

/// True when a person would see any of it: not only white space, marks without a letter, control
/// and format characters and what is invisible by default.
bool is_visible(std::string_view text);

/// One line without white space at its ends, one space where there was any, no control characters.
std::string one_line(std::string_view text);

/// As a title begins: the first letter in its title case.
std::string with_capital(std::string_view text);

/// Between what lies the border of two pieces of speech?
enum class Border {
  None,       ///< pieces of one utterance: they carry their own spaces
  Utterance,  ///< the person (or the model) began anew
};
/// `before` continued by `next`. A space is put between them when they need one and none has it:
/// at the border of utterances, and after the end of a sentence. Neither ever in the middle of a
/// letter, before closing punctuation, or after the wide punctuation of Chinese and Japanese, which
/// holds its space.
std::string join(std::string before, std::string_view next, Border border);

/// True when the last sign of `text`, quotes and brackets left out, ends a sentence.
bool ends_sentence(std::string_view text);

/// Keeps its direction to itself inside text of another direction (U+2068 … U+2069).
std::string isolated(std::string_view text);

}  // namespace reprise::text
