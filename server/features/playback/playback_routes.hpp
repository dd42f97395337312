#pragma once

#include <functional>
#include <string>

#include "features/playback/downloads.hpp"
#include "features/playback/views.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/parts.hpp"
#include "platform/http/http.hpp"

namespace reprise::playback {

/// Gives a URL by which a browser reads an object of the bucket by itself for a few minutes, as
/// this content type and, unless it is empty, with this Content-Disposition. Any thread.
using MediaLink = std::function<std::string(const std::string& key, const std::string& content_type,
                                            const std::string& disposition)>;

/// What the routes need. Everything belongs to the composition root and outlives the routes.
struct PlaybackServices {
  archive::Uses<archive::Recordings, archive::Contents, archive::Erasures> archive;
  archive::LiveSessions& live_sessions;
  Views& views;
  Downloads& downloads;
  BlockingPool& reads;        ///< for files and texts that a request waits for
  MediaLink media_link = {};  ///< empty: films come through this server
};

/// `/api/recordings/{id}`, and the ways to play, download and delete it (api/openapi.yaml).
http::Routes playback_routes(PlaybackServices& services);

/// RecordingView of api/openapi.yaml; `refolding`: a newer view is being made; `grant`: it is shown
/// to somebody else than the owner. Pure. Throws when
/// `texts` are no JSON, which says that a file of the view was changed behind our back.
std::string manifest_of(const session::Recording& recording, const std::string& chat_title,
                        const ViewTexts& texts, const std::optional<MediaFile>& media,
                        bool refolding, const std::optional<access::Grant>& grant = std::nullopt);

}  // namespace reprise::playback
