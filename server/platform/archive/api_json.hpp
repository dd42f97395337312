#pragma once

// What several features say of the archive's things (api/openapi.yaml).

#include <boost/json/object.hpp>
#include <optional>

#include "domain/access/grant.hpp"
#include "domain/session/session.hpp"

namespace reprise::archive {

boost::json::object to_api(const session::Recording& recording);
boost::json::object to_api(const session::LiveSession& live_session);
/// The same for somebody with whom it is shared: nothing that leads to other things of the owner.
boost::json::object to_viewer_api(const session::Recording& recording);
boost::json::object to_viewer_api(const session::LiveSession& live_session);
/// What a viewer is told about the share; null for the owner.
boost::json::value shared_of(const std::optional<access::Grant>& grant);
/// FilesFollow: erased as far as anybody can see.
boost::json::object files_follow();

}  // namespace reprise::archive
