#pragma once

#include <cstddef>
#include <string_view>

namespace reprise {

struct Utf8Step {
  char32_t code_point;  ///< U+FFFD when not valid
  std::size_t length;   ///< bytes, at least 1
  bool valid;
};

/// The first character of non-empty `text` (RFC 3629: no surrogates, no overlong forms, up to
/// U+10FFFF). A byte that begins no character is one invalid step of length 1.
Utf8Step utf8_next(std::string_view text);

bool is_utf8(std::string_view text);

/// Characters (code points) in valid UTF-8; an invalid byte counts as one.
std::size_t utf8_length(std::string_view text);

}  // namespace reprise
