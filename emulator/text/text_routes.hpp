#pragma once

#include <string>

#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// `models/{id}:generateContent`, `:streamGenerateContent`, `:countTokens`, and `GET models/{id}`,
/// below `root` (`/v1beta`).
void add_text_routes(http::Routes& routes, const std::string& root, Services* services);

}  // namespace reprise::emulator
