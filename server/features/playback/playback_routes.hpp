#pragma once

#include "features/playback/downloads.hpp"
#include "features/playback/views.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// What the routes need. Everything belongs to the composition root and outlives the routes.
struct PlaybackServices {
  archive::Archive& archive;
  archive::LiveSessions& live_sessions;
  Views& views;
  Downloads& downloads;
  BlockingPool& reads;  ///< for files and texts that a request waits for
};

/// `/api/recordings/{id}`, and the ways to play, download and delete it (api/openapi.yaml).
http::Routes playback_routes(PlaybackServices& services);

}  // namespace reprise::playback
