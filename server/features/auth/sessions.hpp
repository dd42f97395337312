#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/access/principal.hpp"
#include "domain/login/session.hpp"
#include "features/auth/remembered.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::auth {

/// One of the sessions of a person, as they see it.
struct SessionView {
  std::string id;  ///< a name, not the secret
  std::int64_t created_utc_ns = 0;
  std::int64_t last_used_utc_ns = 0;
  std::int64_t ends_utc_ns = 0;  ///< at the latest
  std::string address_prefix;
  std::string user_agent_sha256_hex;
};

/// Who has a session, and a new secret for their browser.
struct Holder {
  access::Principal who;
  std::string new_secret = {};  ///< empty: the old one stays
};

/// The sessions of all users. Any thread.
class Sessions {
 public:
  Sessions(database::Database& database, audit::AuditLog& audit, Remembered& remembered,
           login::SessionLimits limits, std::function<std::int64_t()> now)
      : database_(database),
        audit_(audit),
        remembered_(remembered),
        limits_(limits),
        now_(std::move(now)) {}

  const login::SessionLimits& limits() const { return limits_; }
  /// Who has this secret, by what is stored now. Empty: the session is unknown, has ended, or its
  /// user is disabled. A request that counts as use moves the idle end. Once the rights of the
  /// session have changed it gets a new secret, and the old one ends when the new one is used
  /// (domain/login/rotation.hpp).
  Task<std::optional<Holder>> find(std::string secret, Deadline deadline);
  /// The newest first.
  Task<std::vector<SessionView>> list(access::UserId user, Deadline deadline);
  /// Ends one of the doer's own sessions. `how`: LoggedOut or LoginSessionEnded. False: they have
  /// no such session.
  Task<bool> end(audit::Doer doer, std::string id, audit::Event how, Deadline deadline);
  /// Ends all of the doer's own.
  Task<void> end_all(audit::Doer doer, Deadline deadline);
  /// The issuer through which a session was begun; empty: the session is unknown.
  Task<std::string> issuer_of(std::string id, Deadline deadline);
  /// Removes the sessions that have ended by themselves.
  Task<void> sweep();

 private:
  struct Found;
  Task<std::optional<Found>> look_up(const std::string& hash, Deadline deadline);
  Task<std::string> follow(const Found* found, std::string secret, Deadline deadline);
  Task<void> touch(std::string id, std::int64_t idle_until_utc_ns, Deadline deadline);

  database::Database& database_;
  audit::AuditLog& audit_;
  Remembered& remembered_;
  const login::SessionLimits limits_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::auth
