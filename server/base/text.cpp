#include "base/text.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace reprise::text {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Scripts whose words are not told apart by spaces. The same list stands in web/src/media/text.ts.
constexpr std::array kScriptsWithoutSpaces{
    USCRIPT_HAN,    USCRIPT_HIRAGANA,    USCRIPT_KATAKANA, USCRIPT_BOPOMOFO, USCRIPT_YI,
    USCRIPT_THAI,   USCRIPT_LAO,         USCRIPT_KHMER,    USCRIPT_MYANMAR,  USCRIPT_TIBETAN,
    USCRIPT_TAI_LE, USCRIPT_NEW_TAI_LUE, USCRIPT_LANNA,    USCRIPT_TAI_VIET};

/// Signs that stack the next consonant below the one before (Unicode 16, GB9c). This older ICU cuts
/// there, except in the scripts of India.
constexpr std::array<char32_t, 7> kStackers{0x1039, 0x17D2, 0x1A60, 0x1B44, 0x1BAB, 0xA9C0, 0xAAF6};

/// Surrogates: the first of each kind.
constexpr char32_t kHighHalf = 0xD800;
constexpr char32_t kLowHalf = 0xDC00;

/// The surrogate whose three bytes stand at `at`; 0 when there is none.
char32_t half_at(std::string_view text, std::size_t at) {
  if (text.size() < at + 3 || text[at] != '\xED') return 0;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  if (second < 0xA0 || second > 0xBF || (third & 0xC0) != 0x80) return 0;
  return 0xD000U | (second & 0x3FU) << 6 | (third & 0x3FU);
}

struct Closer {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
  void operator()(UText* text) const { utext_close(text); }
};
using Breaks = std::unique_ptr<UBreakIterator, Closer>;

Breaks open(UBreakIteratorType kind) {
  UErrorCode status = U_ZERO_ERROR;
  Breaks breaks(ubrk_open(kind, "", nullptr, 0, &status));
  REPRISE_ASSERT(U_SUCCESS(status));  // the rules and dictionaries are in libicudata
  return breaks;
}

/// Byte offsets of the ends of the pieces of `text`.
std::vector<std::size_t> breaks_of(std::string_view text, UBreakIterator* iterator) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UText, Closer> open_text(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
  ubrk_setUText(iterator, open_text.get(), &status);
  REPRISE_ASSERT(U_SUCCESS(status));
  std::vector<std::size_t> ends;
  for (auto end = ubrk_next(iterator); end != UBRK_DONE; end = ubrk_next(iterator)) {
    ends.push_back(static_cast<std::size_t>(end));
  }
  return ends;
}

char32_t first_of(std::string_view text) { return text.empty() ? 0 : utf8_next(text).code_point; }

/// Where the last character of non-empty `text` begins.
std::size_t last_start(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
    --at;
  }
  return at;
}
char32_t last_of(std::string_view text) {
  return text.empty() ? 0 : utf8_next(text.substr(last_start(text))).code_point;
}

bool is_space(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; }
std::uint32_t category(char32_t c) { return U_GET_GC_MASK(static_cast<UChar32>(c)); }
bool has(char32_t c, UProperty property) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), property) != 0;
}

template <class Wanted>
bool any_of(std::string_view text, Wanted wanted) {
  while (!text.empty()) {
    const auto step = utf8_next(text);
    if (wanted(step.code_point)) return true;
    text.remove_prefix(step.length);
  }
  return false;
}

bool is_wordlike(std::string_view text) {
  return any_of(text, [](char32_t c) { return (category(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0; });
}

bool opens(std::string_view text) {
  return (category(first_of(text)) & (U_GC_PS_MASK | U_GC_PI_MASK)) != 0;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

/// Cuts a run without white space where words of scripts without spaces begin. A sign that is no
/// word stays with the word before it; opening brackets and quotes go with the word after.
void append_words(std::string_view text, std::size_t begin, std::size_t end,
                  std::vector<std::size_t>& starts) {
  const auto run = text.substr(begin, end - begin);
  if (!writes_no_spaces(run)) return;
  thread_local const Breaks kWords = open(UBRK_WORD);
  bool has_word = false;        // the piece in progress contains a word
  bool without_spaces = false;  // and that word is of a script without spaces
  std::size_t from = 0;
  for (const auto to : breaks_of(run, kWords.get())) {
    const auto piece = run.substr(from, to - from);
    const bool wordlike = is_wordlike(piece);
    const bool alone = wordlike && writes_no_spaces(piece);
    if (has_word && (opens(piece) || (wordlike && (alone || without_spaces)))) {
      starts.push_back(begin + from);
      has_word = false;
    }
    if (wordlike) {
      has_word = true;
      without_spaces = alone;
    }
    from = to;
  }
}

bool ends_wide(char32_t c) { return (c >= 0x3001 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF65); }

/// The last character that is no quote and no closing bracket.
char32_t last_sign(std::string_view text) {
  constexpr auto kQuotes = U_GC_PE_MASK | U_GC_PF_MASK;
  auto sign = last_of(text);
  while (!text.empty() && ((category(sign) & kQuotes) != 0 || sign == '"' || sign == '\'')) {
    text.remove_suffix(text.size() - last_start(text));
    sign = last_of(text);
  }
  return sign;
}

/// True when `before` ends a sentence and `next` begins one.
bool sentence_begins(std::string_view before, std::string_view next) {
  if (!ends_sentence(before)) return false;
  while (!next.empty() && (opens(next) || next[0] == '"' || next[0] == '\'')) {
    next.remove_prefix(utf8_next(next).length);
  }
  const auto begins = category(first_of(next));
  if ((begins & U_GC_L_MASK) == 0) return false;
  return last_sign(before) != '.' || (begins & U_GC_LL_MASK) == 0;  // "reprise." "example"
}

/// Whether a letter begins at `at`. Looks only at the text near it, so that the cost of a join does
/// not grow with the length of the text.
bool is_letter_border(std::string_view text, std::size_t at) {
  constexpr std::size_t kNearBytes = 256;  // longer than any letter that means something
  std::size_t from = at > kNearBytes ? at - kNearBytes : 0;
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) --from;
  const auto near = text.substr(from, at - from + kNearBytes);
  return std::ranges::binary_search(letter_starts(near), at - from);
}

bool closes(char32_t c) {
  return (category(c) & (U_GC_PE_MASK | U_GC_PF_MASK)) != 0 || has(c, UCHAR_TERMINAL_PUNCTUATION) ||
         c == U'…' || c == '%';
}

}  // namespace

bool writes_no_spaces(std::string_view text) {
  return any_of(text, [](char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    const auto script =
        c < 0x80 ? USCRIPT_LATIN : uscript_getScript(static_cast<UChar32>(c), &status);
    return std::ranges::find(kScriptsWithoutSpaces, script) != kScriptsWithoutSpaces.end();
  });
}

std::string well_formed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto step = utf8_next(text.substr(at));
    if (step.valid) {
      out += text.substr(at, step.length);
      at += step.length;
      continue;
    }
    const auto high = half_at(text, at);
    const auto low = high != 0 && high < kLowHalf ? half_at(text, at + 3) : 0;
    if (low >= kLowHalf) {
      std::array<char, U8_MAX_LENGTH> bytes{};
      std::size_t length = 0;
      const auto point = 0x10000 + ((high - kHighHalf) << 10) + (low - kLowHalf);
      U8_APPEND_UNSAFE(bytes, length, point);
      out.append(bytes.data(), length);
      at += 6;
    } else {
      out += kReplacement;
      at += high != 0 ? 3 : 1;
    }
  }
  return out;
}

std::string with_lone_halves(std::string_view json) {
  const auto escaped_half_at = [&json](std::size_t at) -> char32_t {  // 0: there is none
    if (json.size() < at + 6 || json[at] != '\\' || json[at + 1] != 'u') return 0;
    char32_t value = 0;
    for (const char c : json.substr(at + 2, 4)) {
      const auto digit = u_digit(static_cast<unsigned char>(c), 16);
      if (digit < 0) return 0;
      value = value << 4 | static_cast<char32_t>(digit);
    }
    return value >= kHighHalf && value <= 0xDFFF ? value : 0;
  };
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const auto half = escaped_half_at(at);
    if (half == 0) {
      const std::size_t length = json[at] == '\\' ? 2 : 1;  // skips what is escaped
      out += json.substr(at, length);
      at += length;
    } else if (half < kLowHalf && escaped_half_at(at + 6) >= kLowHalf) {
      out += json.substr(at, 12);
      at += 12;
    } else {
      out += '\xED';
      out += static_cast<char>(0x80 | (half >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (half & 0x3F));
      at += 6;
    }
  }
  return out;
}

std::vector<std::size_t> letter_starts(std::string_view text) {
  std::vector<std::size_t> starts;
  if (is_plain(text)) {
    starts.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) starts.push_back(at);
    return starts;
  }
  thread_local const Breaks kLetters = open(UBRK_CHARACTER);
  std::size_t from = 0;
  for (const auto to : breaks_of(text, kLetters.get())) {
    const auto before = last_of(text.substr(0, from));
    const bool stacked = std::ranges::find(kStackers, before) != kStackers.end() &&
                         (category(first_of(text.substr(from))) & U_GC_L_MASK) != 0;
    if (!stacked) starts.push_back(from);
    from = to;
  }
  return starts;
}

std::size_t letter_count(std::string_view text) {
  return is_plain(text) ? text.size() : letter_starts(text).size();
}

bool is_white_space(std::string_view text) {
  return !any_of(text, [](char32_t c) { return !is_space(c); });
}

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(first_of(text))) text.remove_prefix(utf8_next(text).length);
  return text;
}

std::string_view trimmed(std::string_view text) {
  text = without_leading_space(text);
  while (!text.empty() && is_space(last_of(text))) {
    text.remove_suffix(text.size() - last_start(text));
  }
  return text;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::size_t> starts;  // where the white space before a word begins
  std::size_t run = 0;              // first its white space, then its other characters
  std::size_t space_end = 0;
  bool in_space = true;
  const auto end_run = [&](std::size_t at) {
    if (in_space) return;
    starts.push_back(run);
    append_words(text, space_end, at, starts);
    run = at;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto step = utf8_next(text.substr(at));
    const bool space = is_space(step.code_point);
    if (space && !in_space) end_run(at);
    if (!space && in_space) space_end = at;
    in_space = space;
    at += step.length;
  }
  end_run(text.size());
  std::vector<std::string_view> words;
  words.reserve(starts.size());
  const auto end = in_space ? run : text.size();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    words.push_back(
        text.substr(starts[i], (i + 1 < starts.size() ? starts[i + 1] : end) - starts[i]));
  }
  return words;
}

std::string_view first_letters(std::string_view text, std::size_t letters_max) {
  const auto starts = letter_starts(text);
  return starts.size() <= letters_max ? text : text.substr(0, starts[letters_max]);
}

std::string cut(std::string_view text, std::size_t letters_max) {
  if (first_letters(text, letters_max).size() == text.size()) return std::string(text);
  std::size_t end = 0;
  std::size_t letters = 0;
  for (const auto word : words(text)) {
    letters += letter_count(word);
    if (letters > letters_max) break;
    end = static_cast<std::size_t>(word.data() + word.size() - text.data());
  }
  if (end == 0) end = first_letters(text, letters_max).size();
  return std::string(text.substr(0, end)).append("…");
}

bool is_visible(std::string_view text) {
  constexpr auto kUnseen =
      U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_Z_MASK | U_GC_MN_MASK | U_GC_ME_MASK;
  constexpr char32_t kBlankBraille = 0x2800;
  return any_of(text, [](char32_t c) {
    return (category(c) & kUnseen) == 0 && !has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
           c != kBlankBraille;
  });
}

std::string one_line(std::string_view text) {
  std::string out;
  bool space = false;
  while (!text.empty()) {
    const auto step = utf8_next(text);
    if (is_space(step.code_point)) {
      space = true;
    } else if ((category(step.code_point) & U_GC_CC_MASK) == 0) {
      if (space && !out.empty()) out += ' ';
      space = false;
      out += text.substr(0, step.length);
    }
    text.remove_prefix(step.length);
  }
  return out;
}

std::string with_capital(std::string_view text) {
  const auto step = text.empty() ? Utf8Step{0, 0, false} : utf8_next(text);
  if (!step.valid) return std::string(text);
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, u_totitle(static_cast<UChar32>(step.code_point)));
  return std::string(bytes.data(), length).append(text.substr(step.length));
}

std::string join(std::string before, std::string_view next, Border border) {
  if (is_white_space(before)) before.clear();
  if (before.empty()) return std::string(without_leading_space(next));
  const bool spaced = is_space(last_of(before));
  if (spaced) next = without_leading_space(next);
  if (next.empty()) return before;
  const auto sign = last_of(before);
  const bool needs_space = !spaced && !is_space(first_of(next)) && !closes(first_of(next)) &&
                           !ends_wide(sign) &&
                           (border == Border::Utterance || sentence_begins(before, next));
  const auto middle = before.size();
  before += next;
  if (half_at(before, middle) >= kLowHalf) {  // its first half is the end of `before`
    const auto from = middle >= 3 ? middle - 3 : 0;
    return before.substr(0, from) + well_formed(before.substr(from));
  }
  // `next` may begin in the middle of a letter: with a mark, or with half of a flag.
  if (needs_space && is_letter_border(before, middle)) before.insert(middle, 1, ' ');
  return before;
}

bool ends_sentence(std::string_view text) { return has(last_sign(text), UCHAR_S_TERM); }

std::string isolated(std::string_view text) {
  return std::string("\xE2\x81\xA8").append(text).append("\xE2\x81\xA9");
}

}  // namespace reprise::text
