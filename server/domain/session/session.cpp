#include "domain/session/session.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::session {
namespace {

constexpr std::size_t kTitleFromWordsLettersMax = 60;

}  // namespace

Result<std::string> clean_title(std::string_view title) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = title.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return std::string();
  title = title.substr(first, title.find_last_not_of(kBlank) - first + 1);
  if (!is_utf8(title)) return fail(ErrorCode::Invalid, "`title` must be UTF-8.");
  if (utf8_length(title) > kTitleCharactersMax) {
    return fail(ErrorCode::Invalid, "`title` must have at most 200 characters.");
  }
  for (const char c : title) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return fail(ErrorCode::Invalid, "`title` must not hold control characters.");
    }
  }
  if (!text::is_visible(title)) {
    return fail(ErrorCode::Invalid, "`title` must hold something that can be seen.");
  }
  return std::string(text::trimmed(title));
}

Result<std::string> given_title(std::string_view title) {
  auto clean = clean_title(title);
  if (clean && clean->empty()) return fail(ErrorCode::Invalid, "`title` must not be empty.");
  return clean;
}

std::string title_from(std::string_view first_words) {
  const auto line = text::one_line(text::well_formed(first_words));
  if (!text::is_visible(line)) return {};
  for (auto letters = kTitleFromWordsLettersMax; letters > 0; letters /= 2) {
    auto title = text::with_capital(text::cut(line, letters));
    if (utf8_length(title) <= kTitleCharactersMax) return title;
  }
  return {};  // a single letter with hundreds of marks
}

}  // namespace reprise::session
