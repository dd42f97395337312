#include "platform/gemini/peer_clock.hpp"

#include "platform/http/date.hpp"

namespace reprise::gemini {

std::chrono::seconds PeerClock::ahead() const {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds(-offset_ns_));
}

bool PeerClock::learn(std::string_view date, std::int64_t sent_utc_ns,
                      std::int64_t received_utc_ns) {
  const auto theirs = http::parse_http_date(date);
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
