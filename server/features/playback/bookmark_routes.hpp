#pragma once

#include "features/playback/bookmarks.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// `/api/recordings/{id}/bookmarks` and everything below it (api/openapi.yaml). `bookmarks`
/// outlives the routes.
http::Routes bookmark_routes(Bookmarks& bookmarks);

}  // namespace reprise::playback
