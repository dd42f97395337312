#pragma once

// Reads what clients send to the interaction log. Pure.

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

namespace reprise::analytics {

/// The most events of one request.
inline constexpr std::size_t kEventsMax = 1'000;
/// How far the time of an event may lie from the server's clock: a browser may have been without a
/// network for long, and its clock may be ahead.
inline constexpr std::int64_t kOldestNs = 400LL * 86'400'000'000'000;
inline constexpr std::int64_t kAheadNs = 600'000'000'000;
inline constexpr std::int64_t kHourNs = 3'600'000'000'000;
inline constexpr std::int64_t kDayNs = 24 * kHourNs;

struct Event {
  std::string id;  ///< UUID in small letters, chosen by the client
  std::string kind;
  std::int64_t at_utc_ns = 0;
  std::optional<std::string> live_session_id;
  std::string data;  ///< JSON, members by name
  /// Of everything but the id: two events with one id are the same when this is.
  std::int64_t content_hash = 0;
};

/// One event. `kind`: what it must be; empty: any of the catalogue, and it must be named. Errors:
/// Invalid, which names the member.
Result<Event> read_event(const boost::json::value& value, std::string_view kind,
                         std::int64_t now_utc_ns);

struct Refused {
  std::size_t index = 0;  ///< in the request
  std::string problem;    ///< a sentence that names the member
};
struct Numbered {
  std::size_t index = 0;
  Event event;
};

/// What a request sends, one by one.
struct Batch {
  std::vector<Numbered> events;
  std::vector<Refused> refused;
  bool single = false;  ///< one event alone, not a list
};

/// Reads `{"events": […]}`, or one event alone. Events that are wrong are refused one by one.
/// `kind` as above; with it there is one event at most. Errors: Invalid for the list as a whole.
Result<Batch> read_batch(const boost::json::value& body, std::string_view kind,
                         std::int64_t now_utc_ns);

/// The hour of a time, in UTC.
std::int64_t hour_of(std::int64_t utc_ns);

/// The line with the names of the columns, and the line of an event, of a table.
std::string table_head();
std::string table_line(const Event& event);

}  // namespace reprise::analytics
