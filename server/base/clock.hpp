#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reprise {

/// Unix time in nanoseconds (UTC, leap seconds not counted). The clock may step: measure durations
/// with the steady clock.
std::int64_t now_utc_ns();

/// A time for a new row that sorts after the newest one, also when the wall clock went back.
std::int64_t later_than(std::optional<std::int64_t> newest_utc_ns, std::int64_t now_utc_ns);

/// `2026-11-24T10:00:00.123Z`: always UTC with milliseconds (rounded down).
std::string rfc3339(std::int64_t utc_ns);

/// Reads RFC 3339 date and time with an offset, up to nine digits of fraction. Returns no value for
/// any other text, and for times that 64-bit nanoseconds cannot hold (they hold 1677 to 2262). A
/// leap second (`:60`) counts as the next second.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace reprise
