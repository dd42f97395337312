#include "base/lookup_words.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace reprise::text {
namespace {

struct Closer {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
  void operator()(UText* text) const { utext_close(text); }
};

using Utf16 = std::u16string;

Utf16 utf16_of(std::string_view text) {
  Utf16 out(text.size(), u'\0');  // never longer than the bytes
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                       static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  REPRISE_ASSERT(U_SUCCESS(status));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// One of ICU's normalisers; they live as long as the program.
template <auto kInstance>
Utf16 normalized(const Utf16& text) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = kInstance(&status);
  REPRISE_ASSERT(U_SUCCESS(status));  // its data are in libicuuc
  Utf16 out(text.size() + 16, u'\0');
  for (;;) {
    status = U_ZERO_ERROR;
    const std::int32_t length =
        unorm2_normalize(normalizer, text.data(), static_cast<std::int32_t>(text.size()),
                         out.data(), static_cast<std::int32_t>(out.size()), &status);
    out.resize(static_cast<std::size_t>(length));
    if (status != U_BUFFER_OVERFLOW_ERROR) break;
  }
  REPRISE_ASSERT(U_SUCCESS(status));
  return out;
}

UScriptCode script_of(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(c, &status);
}

/// True for scripts in which a combining mark is an accent, or in which writers often leave it out.
bool drops_marks(UScriptCode script) {
  constexpr std::array kScripts{USCRIPT_LATIN, USCRIPT_GREEK, USCRIPT_CYRILLIC, USCRIPT_HEBREW,
                                USCRIPT_ARABIC};
  return std::ranges::find(kScripts, script) != kScripts.end();
}

/// Letters that people replace by others when they type, although Unicode does not decompose them.
std::u16string_view typed_as(UChar32 c) {
  using Pair = std::pair<UChar32, std::u16string_view>;
  static constexpr std::array<Pair, 15> kPairs{{
      {0x00E6, u"ae"},      // æ
      {0x00F0, u"d"},       // ð
      {0x00F8, u"o"},       // ø
      {0x00FE, u"th"},      // þ
      {0x0111, u"d"},       // đ
      {0x0127, u"h"},       // ħ
      {0x0131, u"i"},       // ı, of Turkish
      {0x0142, u"l"},       // ł
      {0x0153, u"oe"},      // œ
      {0x0640, u""},        // the stroke that widens an Arabic word
      {0x0629, u"\u0647"},  // teh marbuta: heh
      {0x0649, u"\u064A"},  // alef maksura: yeh
      {0x06A9, u"\u0643"},  // keheh of Persian: kaf
      {0x06CC, u"\u064A"},  // yeh of Persian: yeh
      {0x06C0, u"\u0647"},  // heh with yeh above: heh
  }};
  const auto found = std::ranges::find(kPairs, c, &Pair::first);
  if (found != kPairs.end()) return found->second;
  constexpr std::u16string_view kItself = u"\uFFFF";
  return kItself;
}

bool is_emoji(UChar32 c) {
  return c >= 0x80 && (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
                       u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR) != 0 ||
                       u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) != 0);
}

enum class Kind { Word, Gap, Nothing };
Kind kind_of(UChar32 c) {
  // People write or omit these inside a word (can't, l’eau, geresh and gershayim of Hebrew).
  constexpr std::array<UChar32, 5> kApostrophes{0x27, 0x2019, 0x02BC, 0x05F3, 0x05F4};
  if (std::ranges::find(kApostrophes, c) != kApostrophes.end()) return Kind::Nothing;
  const bool word = (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
  return word || is_emoji(c) ? Kind::Word : Kind::Gap;
}

void append(Utf16& out, UChar32 c) {
  if (U_IS_BMP(c)) {
    out += static_cast<char16_t>(c);
  } else {
    out += U16_LEAD(c);
    out += U16_TRAIL(c);
  }
}

std::string utf8_of(const Utf16& text) {
  std::string out(text.size() * 3, '\0');
  std::int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text.data(),
                     static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
  REPRISE_ASSERT(U_SUCCESS(status));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// A piece of text without the signs that people omit; a space where it falls into two words.
std::string folded(std::string_view piece) {
  const Utf16 apart = normalized<unorm2_getNFDInstance>(
      normalized<unorm2_getNFKCCasefoldInstance>(utf16_of(piece)));
  Utf16 kept;
  UScriptCode script = USCRIPT_COMMON;
  for (std::size_t at = 0; at < apart.size();) {
    UChar32 c = 0;
    U16_NEXT(apart.data(), at, apart.size(), c);
    if ((U_GET_GC_MASK(c) & U_GC_MN_MASK) != 0 && drops_marks(script)) continue;
    const UScriptCode own = script_of(c);
    if (own != USCRIPT_INHERITED) script = own;
    const auto typed = typed_as(c);
    if (typed != u"\uFFFF") {
      kept += typed;
    } else if (kind_of(c) == Kind::Word) {
      append(kept, c);
    } else if (kind_of(c) == Kind::Gap) {
      kept += u' ';
    }
  }
  return utf8_of(normalized<unorm2_getNFCInstance>(kept));
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The same for ASCII, which is most text; fast.
std::string folded_ascii(std::string_view piece) {
  std::string kept;
  for (const char c : piece) {
    if (c >= 'A' && c <= 'Z') {
      kept += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      kept += c;
    } else if (c != '\'') {
      kept += ' ';
    }
  }
  return kept;
}

/// Whether there was a word in it.
bool append_folded(std::string_view text, std::size_t begin, std::size_t end, bool continues,
                   std::vector<LookupWord>& words) {
  const std::size_t before = words.size();
  const auto piece = text.substr(begin, end - begin);
  const std::string all = is_ascii(piece) ? folded_ascii(piece) : folded(piece);
  for (std::size_t at = 0; at < all.size();) {
    const auto to = std::min(all.find(' ', at), all.size());
    if (to > at) {
      words.push_back({.folded = all.substr(at, to - at),
                       .begin = begin,
                       .end = end,
                       .continues = continues && at == 0});
    }
    at = to + 1;
  }
  return words.size() > before;
}

/// Digits below or above the line, which ICU takes for words of their own.
enum class Index { None, Below, Above };
Index index_of(std::string_view piece) {
  const Utf16 text = utf16_of(piece);
  std::size_t at = 0;
  UChar32 c = 0;
  U16_NEXT(text.data(), at, text.size(), c);
  if (at < text.size() || (U_GET_GC_MASK(c) & U_GC_NO_MASK) == 0) return Index::None;
  const auto type = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);
  if (type == U_DT_SUB) return Index::Below;
  return type == U_DT_SUPER ? Index::Above : Index::None;
}

/// A unit or a variable has so few letters ("m²", "x²"). A longer word has a number of a footnote.
constexpr std::size_t kPowerLettersMax = 2;

/// Puts the words from `first` on together with the word before them, which ends where they begin.
void join(std::vector<LookupWord>& words, std::size_t first) {
  LookupWord& whole = words[first - 1];
  for (std::size_t i = first; i < words.size(); ++i) whole.folded += words[i].folded;
  whole.end = words.back().end;
  words.resize(first);
}

/// Makes "H₂O" and "m²" one word, as people type them. `below`: the word before ends with a digit
/// below the line. Returns whether the last word does now.
bool join_index(std::string_view piece, bool below, std::vector<LookupWord>& words,
                std::size_t first) {
  if (first == 0 || first == words.size() || words[first - 1].end != words[first].begin)
    return false;
  const auto index = is_ascii(piece) ? Index::None : index_of(piece);
  const std::string& before = words[first - 1].folded;
  const bool power = index == Index::Above && before.size() <= kPowerLettersMax &&
                     std::ranges::none_of(before, [](char c) { return c >= '0' && c <= '9'; });
  if (index != Index::Below && !power && !below) return false;
  join(words, first);
  return index == Index::Below;
}

}  // namespace

std::vector<LookupWord> lookup_words(std::string_view text) {
  std::vector<LookupWord> words;
  text = text.substr(0, std::numeric_limits<std::int32_t>::max() / 4);  // ICU counts in int32
  UErrorCode status = U_ZERO_ERROR;
  thread_local const std::unique_ptr<UBreakIterator, Closer> kBreaks(
      ubrk_open(UBRK_WORD, "", nullptr, 0, &status));
  REPRISE_ASSERT(kBreaks != nullptr);  // the rules and dictionaries are in libicudata
  const std::unique_ptr<UText, Closer> open_text(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status));
  ubrk_setUText(kBreaks.get(), open_text.get(), &status);
  REPRISE_ASSERT(U_SUCCESS(status));
  std::size_t from = 0;
  // End of the last letter of a script without spaces.
  std::size_t letters_end = std::string_view::npos;
  bool below = false;
  for (auto to = ubrk_next(kBreaks.get()); to != UBRK_DONE; to = ubrk_next(kBreaks.get())) {
    const auto end = static_cast<std::size_t>(to);
    const auto piece = text.substr(from, end - from);
    if (!is_ascii(piece) && writes_no_spaces(piece)) {
      auto starts = letter_starts(piece);
      starts.push_back(piece.size());
      for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        const std::size_t begin = from + starts[i];
        const std::size_t letter_end = from + starts[i + 1];
        // A sign that is not part of a word, such as '@', is a gap.
        const bool found = append_folded(text, begin, letter_end, begin == letters_end, words);
        letters_end = found ? letter_end : std::string_view::npos;
      }
      below = false;
    } else {
      const std::size_t first = words.size();
      append_folded(text, from, end, false, words);
      below = join_index(piece, below, words, first);
    }
    from = end;
  }
  return words;
}

}  // namespace reprise::text
