#pragma once

#include "platform/audit/audit_log.hpp"
#include "platform/http/http.hpp"

namespace reprise::audit {

/// `GET /api/audit`, for admins. The log outlives the routes.
http::Routes audit_routes(AuditLog& log);

}  // namespace reprise::audit
