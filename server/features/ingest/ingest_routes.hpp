#pragma once

#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::ingest {

/// What the browser calls while it records (chunks, their list, finish), and the list of recordings
/// (api/openapi.yaml). What is named outlives the routes. `reads` runs the work of turning lists
/// into JSON, away from the threads of the connections.
http::Routes ingest_routes(archive::Uses<archive::Uploads, archive::Recordings> archive,
                           BlockingPool& reads);

}  // namespace reprise::ingest
