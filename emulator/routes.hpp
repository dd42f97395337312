#pragma once

#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// The Live sockets, tokens and models, for `v1`, `v1beta` and `v1alpha`, also below a prefix of
/// one path segment. `services` outlives the routes.
http::Routes make_routes(Services& services);

}  // namespace reprise::emulator
