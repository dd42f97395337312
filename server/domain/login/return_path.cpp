#include "domain/login/return_path.hpp"

#include <algorithm>
#include <optional>

namespace reprise::login {
namespace {

/// Some decode twice; an honest path of ours is never escaped more often than once.
constexpr int kDecodings = 3;

bool stays_here(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const bool clean = std::ranges::none_of(path, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || c == '\\';
  });
  // A `//` further inside of the path is refused, too: removing dot segments may bring it to the
  // front.
  const std::string_view before_query = path.substr(0, path.find_first_of("?#"));
  return clean && !before_query.contains("//") && !before_query.contains("/.");
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

/// Escapes decoded once. Empty when one is malformed.
std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    const auto high = at + 2 < text.size() ? hex_digit(text[at + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[at + 2]) : std::nullopt;
    if (!low) return std::nullopt;
    plain += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return plain;
}

}  // namespace

bool is_return_path(std::string_view path) {
  if (path.size() > kReturnPathBytesMax || path == "/api" || path.starts_with("/api/")) {
    return false;
  }
  if (std::ranges::any_of(path, [](char c) { return c <= ' ' || c >= '\x7f'; })) return false;
  std::string now(path);
  for (int round = 0; round <= kDecodings; ++round) {
    if (!stays_here(now)) return false;
    const auto next = decoded(now);
    if (!next) return round > 0;  // written by us, a path has no broken escape
    if (*next == now) return true;
    now = *next;
  }
  return false;
}

std::string return_path(std::string_view wish) {
  return is_return_path(wish) ? std::string(wish) : "/";
}

}  // namespace reprise::login
