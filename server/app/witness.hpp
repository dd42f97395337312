#pragma once

#include <chrono>
#include <functional>

#include "platform/audit/audit_log.hpp"
#include "platform/http/http.hpp"

namespace reprise::app {

/// The same routes, but it is noted in the audit log who erases something, begins a live session or
/// takes a token for it, and who plays or downloads a recording, of these the same person at most
/// once in ten minutes. An answer goes out only after its note is stored.
http::Routes with_witness(audit::AuditLog& log, http::Routes routes,
                          std::function<std::chrono::steady_clock::time_point()> now_steady =
                              std::chrono::steady_clock::now);

}  // namespace reprise::app
