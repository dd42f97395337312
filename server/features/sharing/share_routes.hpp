#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "features/sharing/shares.hpp"
#include "features/sharing/watched.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::sharing {

/// Stands for the links that a browser has opened.
inline constexpr std::string_view kVisitCookie = "__Host-visit";
/// Opens a link; for everybody, so the caller limits how often.
inline constexpr std::string_view kOpenLink = "/api/share-links/open";

/// What the routes need. Everything outlives them.
struct ShareServices {
  Shares& shares;
  Watched& watched;
  archive::Uses<archive::Recordings, archive::Contents> archive;
  archive::LiveSessions& live_sessions;
  /// Who asks, as the audit log keeps it.
  std::function<audit::Doer(const http::Request&)> doer_of;
  std::function<std::int64_t()> now_utc_ns;
};

/// Shares, links, and who watched (api/openapi.yaml, "sharing").
http::Routes share_routes(const ShareServices& services);

}  // namespace reprise::sharing
