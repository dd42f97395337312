#pragma once

#include <memory>

#include "base/async.hpp"
#include "emulator/session/admission.hpp"
#include "emulator/session/services.hpp"
#include "platform/http/http.hpp"

namespace reprise::emulator {

/// Serves one Live socket from the upgrade to its close. `services` outlives it.
Task<void> serve_live(http::Request request, std::unique_ptr<http::WebSocket> socket, Door door,
                      Services* services);

}  // namespace reprise::emulator
