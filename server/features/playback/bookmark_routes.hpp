#pragma once

#include "features/playback/bookmarks.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// `/api/recordings/{id}/bookmarks` and everything below it (api/openapi.yaml). `bookmarks`
/// and `reads` outlive the routes. `reads` is for the JSON of lists.
http::Routes bookmark_routes(Bookmarks& bookmarks, BlockingPool& reads);

}  // namespace reprise::playback
