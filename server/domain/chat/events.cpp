#include "domain/chat/events.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace reprise::chat {

std::string sse_event(std::int64_t number, std::string_view name, std::string_view data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", number, name, data);
}

std::string delta_event(std::int64_t number, std::string_view text) {
  return sse_event(number, "delta", boost::json::serialize(boost::json::object{{"text", text}}));
}

std::string retry_field(std::int64_t wait_ms) { return fmt::format("retry: {}\n\n", wait_ms); }

Result<std::int64_t> last_event_of(std::optional<std::string_view> header) {
  if (!header || header->empty()) return 0;
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(header->data(), header->data() + header->size(), number);
  if (error != std::errc() || end != header->data() + header->size() || number < 0) {
    return fail(ErrorCode::Invalid, "`Last-Event-ID` must be the number of an event.");
  }
  return number;
}

std::string ends_of(const std::vector<std::string>& pieces) {
  std::string ends;
  std::size_t end = 0;
  for (const std::string& piece : pieces) {
    end += piece.size();
    fmt::format_to(std::back_inserter(ends), "{}{}", ends.empty() ? "" : " ", end);
  }
  return ends;
}

std::vector<std::string> pieces_of(std::string_view text, std::string_view ends) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  while (!ends.empty()) {
    std::size_t end = 0;
    const auto [rest, error] = std::from_chars(ends.data(), ends.data() + ends.size(), end);
    if (error != std::errc() || end < begin || end > text.size()) break;
    pieces.emplace_back(text.substr(begin, end - begin));
    begin = end;
    ends.remove_prefix(static_cast<std::size_t>(rest - ends.data()));
    if (!ends.empty()) ends.remove_prefix(1);
  }
  if (begin < text.size()) pieces.emplace_back(text.substr(begin));
  return pieces;
}

}  // namespace reprise::chat
