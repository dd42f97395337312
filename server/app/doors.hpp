#pragma once

#include "platform/http/gate.hpp"

namespace reprise::app {

/// Which paths need no login: a fixed set, which no setting and no header changes. Outside /api:
/// the page's files and health. `path` may also be the pattern of a route.
http::Door door_of(std::string_view path);

/// The gate of an installation without a login: everybody is the local user.
http::Gate local_user_gate();

}  // namespace reprise::app
