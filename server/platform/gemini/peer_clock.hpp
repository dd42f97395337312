#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace reprise::gemini {

/// How far the service's clock is from ours, learned from the `Date` of its answers. Any thread.
class PeerClock {
 public:
  /// What the service's clock shows when ours shows `own_utc_ns`.
  std::int64_t at(std::int64_t own_utc_ns) const { return own_utc_ns + offset_ns_; }
  /// Our clock minus the service's, rounded towards zero.
  std::chrono::seconds ahead() const;

  /// An answer with this `Date`, to a request that was sent and answered at these times of our own
  /// clock. True when the offset moved by more than `kSlack`.
  bool learn(std::string_view date, std::int64_t sent_utc_ns, std::int64_t received_utc_ns);

  /// `Date` has whole seconds and the way takes time: less than this is no difference.
  static constexpr std::chrono::seconds kSlack{5};

 private:
  std::atomic<std::int64_t> offset_ns_{0};
};

/// `Tue, 24 Nov 2026 18:24:11 GMT` (RFC 9110 5.6.7, IMF-fixdate). None for anything else.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace reprise::gemini
