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
  constexpr std::size_t kFirstRead = 4096;
  constexpr std::size_t kReadMax = 256 * 1024;
  Bytes whole;
  // One byte more than promised, so that the last read finds room to say that this was all.
  if (const auto promised = length()) whole.reserve(*promised + 1);
  for (std::size_t room = kFirstRead;; room = std::min(room * 2, kReadMax)) {
    const std::size_t used = whole.size();
    const std::size_t spare = whole.capacity() - used;
    whole.resize(used + (spare > 0 ? std::min(room, spare) : room));
    const Result<std::size_t> count = co_await read_some(std::span(whole).subspan(used));
    if (!count) co_return std::unexpected(count.error());
    whole.resize(used + *count);
    if (*count == 0) co_return whole;
  }
}

}  // namespace reprise::http
