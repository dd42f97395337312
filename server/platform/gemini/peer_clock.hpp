#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace reprise::gemini {

/// How far the service's clock is from this machine's, from the `Date` of its answers. Any thread.
class PeerClock {
 public:
  /// What the service's clock shows when this machine's clock shows `own_utc_ns`.
  std::int64_t at(std::int64_t own_utc_ns) const { return own_utc_ns + offset_ns_; }
  /// Our clock minus the service's, rounded towards zero.
  std::chrono::seconds ahead() const;

  /// Learns from an answer with this `Date`, whose request was sent and answered at these times of
  /// our clock. True when the offset moved by more than `kSlack`.
  bool learn(std::string_view date, std::int64_t sent_utc_ns, std::int64_t received_utc_ns);

  /// `Date` has whole seconds, and messages take time: a smaller difference means nothing.
  static constexpr std::chrono::seconds kSlack{5};

 private:
  std::atomic<std::int64_t> offset_ns_{0};
};

}  // namespace reprise::gemini
