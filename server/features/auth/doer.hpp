#pragma once

#include "platform/audit/audit_log.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/http.hpp"

namespace reprise::auth {

/// Who asks, as the audit log keeps it. Whoever looks at something by a link alone is that link.
inline audit::Doer doer_of(const http::Request& request) {
  const bool by_link = request.grant && !request.grant->named;
  return {.user_id = by_link ? "link " + request.grant->share_id : request.who().user.value,
          .request_id = request.request_id,
          .address = http::address_prefix(request.peer_address)};
}

}  // namespace reprise::auth
