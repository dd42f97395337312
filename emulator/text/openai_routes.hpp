#pragma once

#include <string>

#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// `POST /v1/chat/completions` as OpenAI-compatible servers answer it, below `base`.
void add_openai_routes(http::Routes& routes, const std::string& base, Services* services);

/// `GET /v1/models` of somebody who sends `Authorization: Bearer`: Google has the same address.
http::Response list_models_of_openai(const http::Request& request, const Services& services);

}  // namespace reprise::emulator
