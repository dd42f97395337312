#pragma once

#include "features/live/live.hpp"
#include "platform/http/http.hpp"

namespace reprise::live {

/// `/api/live/sessions` and everything below it (api/openapi.yaml). `live` outlives the routes.
http::Routes live_routes(Live& live);

}  // namespace reprise::live
