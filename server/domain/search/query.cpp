#include "domain/search/query.hpp"

#include <fmt/format.h>

#include "base/lookup_words.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::search {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

bool fits(const Phrase& phrase, const std::vector<text::LookupWord>& words, std::size_t at) {
  if (phrase.words.size() > words.size() - at) return false;
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    const bool open = phrase.open_ended && i + 1 == phrase.words.size();
    const std::string& word = words[at + i].folded;
    if (open ? !word.starts_with(phrase.words[i]) : word != phrase.words[i]) return false;
  }
  return true;
}

}  // namespace

Result<Query> query_of(std::string_view typed) {
  if (!is_utf8(typed)) return fail(ErrorCode::Invalid, "`q` must be UTF-8.");
  if (utf8_length(typed) > kQueryCharactersMax) {
    return fail(ErrorCode::Invalid,
                fmt::format("`q` must have at most {} characters.", kQueryCharactersMax));
  }
  for (const char c : typed) {
    if (is_control(c)) return fail(ErrorCode::Invalid, "`q` must not hold control characters.");
  }
  if (!text::is_visible(typed)) {
    return fail(ErrorCode::Invalid, "`q` must hold something that can be seen.");
  }
  Query query;
  std::size_t words = 0;
  for (text::LookupWord& word : text::lookup_words(typed)) {
    if (!word.continues) {
      query.phrases.emplace_back();
      if (++words > kQueryWordsMax) {
        return fail(ErrorCode::Invalid,
                    fmt::format("`q` must have at most {} words.", kQueryWordsMax));
      }
    }
    query.phrases.back().words.push_back(std::move(word.folded));
  }
  if (!query.phrases.empty()) query.phrases.back().open_ended = true;
  return query;
}

std::vector<Piece> pieces_of(std::string_view text, const Query& query) {
  std::vector<Piece> pieces;
  const auto add = [&pieces](std::string_view part, bool marked) {
    if (part.empty()) return;
    if (!pieces.empty() && pieces.back().marked == marked) {
      pieces.back().text += part;
    } else {
      pieces.push_back({.text = std::string(part), .marked = marked});
    }
  };
  const auto words = text::lookup_words(text);
  std::size_t done = 0;  // bytes of the text that have been added
  for (std::size_t at = 0; at < words.size(); ++at) {
    for (const Phrase& phrase : query.phrases) {
      if (!fits(phrase, words, at)) continue;
      for (std::size_t i = at; i < at + phrase.words.size(); ++i) {
        if (words[i].end <= done) continue;
        if (words[i].begin > done) add(text.substr(done, words[i].begin - done), false);
        add(text.substr(words[i].begin, words[i].end - words[i].begin), true);
        done = words[i].end;
      }
    }
  }
  add(text.substr(done), false);
  return pieces;
}

}  // namespace reprise::search
