#include "platform/gemini/peer_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/clock.hpp"

namespace reprise::gemini {

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kLength = std::string_view("Tue, 24 Nov 2026 18:24:11 GMT").size();
  if (text.size() != kLength || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") {
    return std::nullopt;
  }
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  // Keeps to years whose differences fit 64-bit nanoseconds.
  if (text.substr(12, 2) != "20" && text.substr(12, 2) != "19") return std::nullopt;
  if (month == kMonths.end() || text[7] != ' ' || text[11] != ' ' || text[16] != ' ') {
    return std::nullopt;
  }
  return parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4),
                                   month - kMonths.begin() + 1, text.substr(5, 2),
                                   text.substr(17, 8)));
}

std::chrono::seconds PeerClock::ahead() const {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds(-offset_ns_));
}

bool PeerClock::learn(std::string_view date, std::int64_t sent_utc_ns,
                      std::int64_t received_utc_ns) {
  const auto theirs = parse_http_date(date);
  if (!theirs) return false;
  // `Date` is taken as the middle of its second, and as the middle of the time between request and
  // answer.
  constexpr std::int64_t kHalfSecondNs = 500'000'000;
  const std::int64_t ours = sent_utc_ns + (received_utc_ns - sent_utc_ns) / 2;
  const std::int64_t offset = *theirs + kHalfSecondNs - ours;
  const std::int64_t before = offset_ns_.exchange(offset);
  return std::chrono::abs(std::chrono::nanoseconds(offset - before)) > kSlack;
}

}  // namespace reprise::gemini
