#pragma once

#include "features/live/live.hpp"
#include "platform/http/http.hpp"

namespace reprise::live {

/// `/api/live/sessions` and everything below it (api/openapi.yaml). `live` outlives the routes.
http::Routes live_routes(Live& live);

struct Begun {
  std::optional<session::LiveSessionId> id = std::nullopt;  ///< empty: it was refused
  http::Response response;
};
/// What `POST /api/live/sessions` does, with a preset.
Task<Begun> begin(Live& live, access::UserId owner, LiveSessionCreate wish,
                  gemini::LiveSettings preset, Deadline deadline);

}  // namespace reprise::live
