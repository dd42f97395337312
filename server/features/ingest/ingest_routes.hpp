#pragma once

#include "platform/archive/archive.hpp"
#include "platform/http/http.hpp"

namespace reprise::ingest {

/// What the browser calls while it records (chunks, their list, finish), and the list of recordings
/// (api/openapi.yaml). Both parameters outlive the routes. `reads` runs the work of turning lists
/// into JSON, away from the threads of the connections.
http::Routes ingest_routes(archive::Archive& archive, BlockingPool& reads);

}  // namespace reprise::ingest
