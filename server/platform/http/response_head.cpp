#include "platform/http/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

bool is_framing_field(std::string_view name) {
  for (const std::string_view ours :
       {"Content-Length", "Transfer-Encoding", "Connection", "Date", "X-Request-Id"}) {
    if (same_token(name, ours)) return true;
  }
  return false;
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

struct LengthOf {
  std::optional<std::uint64_t> operator()(const std::string& text) const { return text.size(); }
  std::optional<std::uint64_t> operator()(std::string_view text) const { return text.size(); }
  std::optional<std::uint64_t> operator()(const FileSlice& slice) const { return slice.length; }
  std::optional<std::uint64_t> operator()(const StreamBody& stream) const { return stream.length; }
};

}  // namespace

std::optional<std::uint64_t> body_length(const Response& response) {
  return std::visit(LengthOf{}, response.body);
}

BodyEnd body_end(const Response& response, const HeadFacts& facts) {
  const bool never = response.status < 200 || response.status == 204 || response.status == 304;
  if (facts.is_head || never) return BodyEnd::NoBody;
  if (body_length(response)) return BodyEnd::Length;
  return facts.version == 11 ? BodyEnd::Chunked : BodyEnd::Close;
}

std::string head_text(const Response& response, const HeadFacts& facts) {
  std::string text;
  text.reserve(1024);
  fmt::format_to(std::back_inserter(text), "HTTP/1.1 {} {}\r\n", response.status,
                 reason_phrase(response.status));
  append_field(text, "Date", facts.date);
  append_field(text, "X-Request-Id", facts.request_id);
  for (const auto& [name, value] : response.headers.rows()) {
    if (!is_framing_field(name)) append_field(text, name, value);
  }
  if (facts.defaults != nullptr) {
    for (const auto& [name, value] : facts.defaults->rows()) {
      if (!response.headers.find(name)) append_field(text, name, value);
    }
  }
  const bool may_have_length =
      response.status >= 200 && response.status != 204 && response.status != 304;
  const BodyEnd end = body_end(response, facts);
  if (const auto length = body_length(response); length && may_have_length) {
    fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", *length);
  }
  if (end == BodyEnd::Chunked) append_field(text, "Transfer-Encoding", "chunked");
  if (!facts.keep_alive) {
    append_field(text, "Connection", "close");
  } else if (facts.version == 10) {
    append_field(text, "Connection", "keep-alive");
  }
  return text += "\r\n";
}

bool is_safe(const Headers& headers) {
  return std::ranges::all_of(headers.rows(), [](const auto& row) {
    return is_token(row.first) && is_field_value(row.second);
  });
}

std::string http_date(std::int64_t utc_ns) {
  using namespace std::chrono;
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds time{floor<seconds>(nanoseconds{utc_ns})};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday{day}.c_encoding()],
                     unsigned{date.day()}, kMonths[unsigned{date.month()} - 1], int{date.year()},
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace reprise::http
