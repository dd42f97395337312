#pragma once

#include "features/playback/downloads.hpp"
#include "features/playback/views.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// What the routes need; all belong to the composition root and outlive them.
struct PlaybackServices {
  archive::Archive& archive;
  archive::LiveSessions& live_sessions;
  Views& views;
  Downloads& downloads;
  BlockingPool& reads;  ///< for files and texts that somebody waits for
};

/// `/api/recordings/{id}` and the ways to see, hear, take away and delete it (api/openapi.yaml).
http::Routes playback_routes(PlaybackServices& services);

}  // namespace reprise::playback
