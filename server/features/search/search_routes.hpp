#pragma once

#include "platform/archive/archive.hpp"
#include "platform/http/http.hpp"

namespace reprise::search {

/// `GET /api/search` (api/openapi.yaml). Both outlive the routes. `reads`: where hits become text,
/// away from the threads of the connections.
http::Routes search_routes(archive::Archive& archive, BlockingPool& reads);

}  // namespace reprise::search
