#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "domain/login/claims.hpp"
#include "domain/login/fault.hpp"
#include "domain/login/session.hpp"
#include "features/auth/remembered.hpp"
#include "features/auth/user_rows.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::auth {

/// Everything that a finished login stores.
struct Arrival {
  login::Identity who;
  access::Roles roles;       ///< by the issuer's claim
  bool first_admin = false;  ///< the person whom the settings name
  std::string user_agent;
  std::string address_prefix;
  std::string request_id;
  /// The session that the browser had before; it ends. Empty: none.
  std::string replaced_secret;
};

struct Person {
  access::UserId user;
  std::string name;
  std::string email;  ///< empty: none that the issuer confirmed
};

/// Users, and how issuers know them. Any thread.
class Accounts {
 public:
  Accounts(database::Database& database, audit::AuditLog& audit, Remembered& remembered,
           login::SessionLimits limits, std::function<std::int64_t()> now)
      : database_(database),
        audit_(audit),
        remembered_(remembered),
        limits_(limits),
        now_(std::move(now)) {}
  /// Whether somebody may come in whom no rule of the settings admits: who was invited, and the
  /// first admin. `names_first_admin`: their confirmed address is the one that the settings name.
  Task<bool> expects(login::Identity who, bool names_first_admin, Deadline deadline);
  /// Makes the user at their first login, and begins a session. Returns its secret, or UserDisabled
  /// with nothing stored.
  Task<std::expected<std::string, login::Fault>> arrive(Arrival arrival, Deadline deadline);
  /// Errors: NotFound.
  Task<Result<Person>> find(access::UserId user, Deadline deadline);

 private:
  Task<std::expected<std::string, login::Fault>> arrive_once(const Arrival* arrived,
                                                             Deadline deadline);

  database::Database& database_;
  audit::AuditLog& audit_;
  Remembered& remembered_;
  const login::SessionLimits limits_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::auth
