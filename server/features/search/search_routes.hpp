#pragma once

#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::search {

/// `GET /api/search` (api/openapi.yaml). Both parameters outlive the routes. `reads` runs the work
/// of turning hits into JSON, away from the threads of the connections.
http::Routes search_routes(archive::Words& archive, BlockingPool& reads);

}  // namespace reprise::search
