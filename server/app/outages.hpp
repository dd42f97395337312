#pragma once

#include "platform/http/gate.hpp"
#include "platform/http/http.hpp"

namespace reprise::app {

/// The same routes, but a full or broken database or disk is answered with 507 or 503 and a
/// sentence, instead of 500.
http::Routes with_outages_answered(http::Routes routes);
/// The same gate; who asks may be in the database, too.
http::Gate with_outages_answered(http::Gate gate);

}  // namespace reprise::app
