#pragma once

#include <vector>

#include "app/settings.hpp"
#include "platform/http/assets.hpp"

namespace reprise::app {

/// Runs the server until SIGTERM or SIGINT, then drains and returns 0; a second signal ends the
/// process at once. Prints `ready http://HOST:PORT` once it answers. Returns 1, with one line on
/// standard error, when it cannot start.
int serve(const ServeOptions& options, const std::vector<http::Asset>& assets);

}  // namespace reprise::app
