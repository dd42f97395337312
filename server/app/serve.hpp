#pragma once

#include <vector>

#include "app/settings.hpp"
#include "platform/http/assets.hpp"

namespace reprise::app {

inline constexpr int kBadConfiguration = 78;  ///< exit code, EX_CONFIG of sysexits.h

/// Runs the server until SIGTERM or SIGINT, then drains and returns 0; a second signal ends the
/// process at once. Prints `ready http://HOST:PORT` once it answers. With one line on
/// standard error it returns kBadConfiguration when a setting of the database has to be mended
/// first, and 1 when it cannot start for another reason.
int serve(const ServeOptions& options, const std::vector<http::Asset>& assets);

}  // namespace reprise::app
