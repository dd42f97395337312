#pragma once

#include <functional>
#include <optional>
#include <string>

#include "domain/access/share.hpp"
#include "platform/archive/parts.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"
#include "platform/gemini/gemini.hpp"
#include "platform/http/assets.hpp"
#include "platform/http/http.hpp"

namespace reprise::app {

/// `version` of the VERSION file.
inline constexpr const char* kVersion = REPRISE_VERSION;

/// /api/about and /api/openapi.json. All outlive the routes.
http::Routes about_routes(archive::Uses<archive::Room, archive::Common> archive,
                          const gemini::Gemini& gemini, access::Sharing sharing);

/// Tells why this server should get no requests now; empty when it should get them. Any thread.
using Readiness = std::function<Task<std::optional<std::string>>()>;

/// /healthz says whether the event loop answers; /readyz says whether the server is ready.
http::Routes health_routes(const Readiness& readiness);

/// The web app for every other path. When the program was built without the app, a page says so.
http::Routes web_routes(const std::vector<http::Asset>& assets, http::Headers page_headers);

}  // namespace reprise::app
