#pragma once

#include "platform/http/http.hpp"

namespace reprise::app {

/// The same routes; a database or disk that is full or broken is answered with 507 or 503 and a
/// sentence, instead of 500.
http::Routes with_outages_answered(http::Routes routes);

}  // namespace reprise::app
