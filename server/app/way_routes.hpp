#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

// What `reprise doctor --url` asks through a proxy, to see what the proxy does on the way. Both are
// for everybody, and hold nothing of anybody.
namespace reprise::app {

inline constexpr std::string_view kWayEvents = "/api/about/events";
inline constexpr std::string_view kWayBytes = "/api/about/bytes";

/// The events are this far apart.
inline constexpr std::chrono::milliseconds kWayPause{1000};

/// The content of kWayBytes: 1024 letters, no two neighbours alike.
std::string way_bytes();

/// `GET /api/about/events`: two events, kWayPause apart, as all streams of events are sent.
/// `GET /api/about/bytes`: answers ranges as films do.
http::Routes way_routes();

}  // namespace reprise::app
