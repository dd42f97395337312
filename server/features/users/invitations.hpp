#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "domain/access/principal.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::users {

/// The most invitations that wait at the same time.
inline constexpr std::int64_t kInvitationsMax = 1'000;

/// Somebody who may log in although no rule of the settings admits them, once an issuer confirms
/// that this address is theirs. Their first login binds it to them.
struct Invitation {
  std::string id;     ///< UUIDv7 text
  std::string email;  ///< the name of its domain in lower case
  access::Roles roles;
  std::int64_t created_utc_ns = 0;
  std::optional<access::UserId> user;  ///< who came with it
};

/// Any thread. Both outlive it.
class Invitations {
 public:
  Invitations(database::Database& database, audit::AuditLog& audit,
              std::function<std::int64_t()> now_utc_ns)
      : database_(database), audit_(audit), now_(std::move(now_utc_ns)) {}
  /// Newest first.
  Task<std::vector<Invitation>> list(Deadline deadline = database::usual_deadline());
  /// An address that was invited before, and has not come, gets the new roles. Errors: Conflict
  /// `invitations-full`, and `invitation-used` when somebody came with it.
  Task<Result<Invitation>> add(audit::Doer doer, std::string email, access::Roles roles,
                               Deadline deadline = database::usual_deadline());
  /// Whoever came with it may log in no more, unless a rule of the settings admits them. False:
  /// there is no such invitation.
  Task<bool> remove(audit::Doer doer, std::string id,
                    Deadline deadline = database::usual_deadline());

 private:
  database::Database& database_;
  audit::AuditLog& audit_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::users
