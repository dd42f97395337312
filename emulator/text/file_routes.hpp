#pragma once

#include <string>

#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// The Files API below `root` (`/v1beta`), and its resumable uploads below `upload_root`
/// (`/upload/v1beta`).
void add_file_routes(http::Routes& routes, const std::string& root, const std::string& upload_root,
                     Services* services);

}  // namespace reprise::emulator
