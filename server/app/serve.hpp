#pragma once

#include <vector>

#include "app/settings.hpp"
#include "platform/http/assets.hpp"

namespace reprise::app {

inline constexpr int kBadConfiguration = 78;  ///< exit code, EX_CONFIG of sysexits.h

/// Runs the server until SIGTERM, SIGINT or SIGHUP, then drains and returns 0; a second signal ends
/// the process at once. Prints `ready http://HOST:PORT` once it answers. On failure it prints one
/// line on standard error and returns kBadConfiguration when somebody has to change a setting of
/// the database first, and 1 when it cannot start for another reason.
int serve(const ServeOptions& options, const std::vector<http::Asset>& assets);

}  // namespace reprise::app
