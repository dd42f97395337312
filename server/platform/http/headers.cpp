#include <algorithm>

#include "platform/http/http.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(rows_, [&](const auto& row) { return same_token(row.first, name); });
  rows_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [held, value] : rows_) {
    if (same_token(held, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const auto& [held, value] : query) {
    if (held == name) return value;
  }
  return std::nullopt;
}

Task<Result<Bytes>> BodyReader::read_all() {
  constexpr std::size_t kFirstRoom = 16 * 1024;
  constexpr std::size_t kGrowth = 4;
  // One byte more than promised, so that the last read has room to report the end.
  const std::optional<std::uint64_t> promised = length();
  const std::size_t most = promised ? *promised + 1 : SIZE_MAX;
  Bytes whole;
  for (std::size_t used = 0;;) {
    if (used == whole.size()) {
      const std::size_t room = std::min(most, std::max(kFirstRoom, used * kGrowth));
      if (!hold(room)) {
        co_return fail(ErrorCode::Unavailable,
                       "The server is receiving as much as it can at once. Try again in a moment.");
      }
      whole.resize(room);
    }
    const Result<std::size_t> count = co_await read_some(std::span(whole).subspan(used));
    if (!count) co_return std::unexpected(count.error());
    used += *count;
    if (*count > 0) continue;
    whole.resize(used);
    co_return whole;
  }
}

}  // namespace reprise::http
