#include "base/page.hpp"

#include <algorithm>
#include <charconv>

#include "base/base64.hpp"

namespace reprise {
namespace {

/// Characters of standard base64 that would have to be escaped in an address.
constexpr std::string_view kStandard = "+/";
constexpr std::string_view kInAddresses = "-_";
constexpr std::size_t kCursorBytesMax = 200;

void replace(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t i = 0; i < from.size(); ++i) std::ranges::replace(text, from[i], to[i]);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<PageKey> key_of(std::string_view cursor) {
  if (cursor.size() > kCursorBytesMax) return std::nullopt;
  std::string text(cursor);
  replace(text, kInAddresses, kStandard);
  text.resize((text.size() + 3) / 4 * 4, '=');
  const auto bytes = base64_decode(text);
  if (!bytes) return std::nullopt;
  const std::string_view place = as_text(*bytes);
  const std::size_t colon = place.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto utc_ns = whole_number(place.substr(0, colon));
  if (!utc_ns) return std::nullopt;
  return PageKey{.utc_ns = *utc_ns, .id = std::string(place.substr(colon + 1))};
}

}  // namespace

std::string cursor_of(const PageKey& key) {
  std::string text = base64_encode(as_bytes(std::to_string(key.utc_ns) + ":" + key.id));
  replace(text, kStandard, kInAddresses);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

Result<PageWish> page_wish(std::optional<std::string_view> limit,
                           std::optional<std::string_view> cursor) {
  PageWish wish;
  if (limit) {
    const auto number = whole_number(*limit);
    if (!number || *number < 1 || *number > kPageLimitMax) {
      return fail(ErrorCode::Invalid, "`limit` must be a whole number from 1 to 200.");
    }
    wish.limit = *number;
  }
  if (cursor) {
    wish.after = key_of(*cursor);
    if (!wish.after) {
      return fail(ErrorCode::Invalid, "`cursor` must be the `next_cursor` of an answer.");
    }
  }
  return wish;
}

}  // namespace reprise
