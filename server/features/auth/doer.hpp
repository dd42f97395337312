#pragma once

#include "platform/audit/audit_log.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/http.hpp"

namespace reprise::auth {

/// The id of who asks, as the audit log keeps it. Whoever looks at something by a link alone is
/// that link; whoever takes part in a study is that participant, not the owner for whom they ask.
inline std::string doer_id(const http::Request& request) {
  const access::Principal& who = request.who();
  if (request.grant && !request.grant->named) return "link " + request.grant->share_id;
  const bool takes_part = who.authenticated_by == access::AuthenticatedBy::ShareLink &&
                          who.roles.has(access::Role::Participant);
  return takes_part ? "participant " + who.credential_id : who.user.value;
}

inline audit::Doer doer_of(const http::Request& request) {
  return {.user_id = doer_id(request),
          .request_id = request.request_id,
          .address = http::address_prefix(request.peer_address)};
}

}  // namespace reprise::auth
