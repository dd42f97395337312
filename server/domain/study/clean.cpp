#include "domain/study/clean.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::study {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

Result<std::string> clean(std::string_view name, std::string_view text, std::size_t most) {
  if (!is_utf8(text)) return fail(ErrorCode::Invalid, fmt::format("`{}` must be UTF-8.", name));
  text = text::trimmed(text);
  if (utf8_length(text) > most) {
    return fail(ErrorCode::Invalid,
                fmt::format("`{}` must have at most {} characters.", name, most));
  }
  if (std::ranges::any_of(text, is_control)) {
    return fail(ErrorCode::Invalid, fmt::format("`{}` must not hold control characters.", name));
  }
  return std::string(text);
}

Result<std::string> filled(std::string_view name, std::string_view text, std::size_t most) {
  auto cleaned = clean(name, text, most);
  if (cleaned && !text::is_visible(*cleaned)) {
    return fail(ErrorCode::Invalid, fmt::format("`{}` must not be empty.", name));
  }
  return cleaned;
}

}  // namespace reprise::study
