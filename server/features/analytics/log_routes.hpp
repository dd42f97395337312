#pragma once

#include "features/analytics/interactions.hpp"
#include "platform/http/http.hpp"

namespace reprise::analytics {

/// `/api/analytics/log-…`, `stats`, `health`, `events` and `stream` (api/openapi.yaml,
/// "analytics"). `log` outlives the routes.
http::Routes log_routes(Interactions& log);

}  // namespace reprise::analytics
