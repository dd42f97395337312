#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/page.hpp"
#include "domain/access/principal.hpp"
#include "platform/audit/audit_log.hpp"
#include "platform/database/database.hpp"

namespace reprise::users {

/// Somebody with an account, as an admin sees them.
struct User {
  access::UserId id;
  std::string name;
  std::string email;    ///< a label; may be empty
  access::Roles roles;  ///< given here
  access::Roles
      issuer_roles;  ///< given by an issuer's claim at the last login; they add to `roles`
  bool disabled = false;
  bool held = false;  ///< nothing of theirs is erased, whoever asks
  std::int64_t created_utc_ns = 0;
  std::int64_t chats = 0;
  std::int64_t recordings = 0;
};

/// What shall be other than it is.
struct Change {
  std::optional<access::Roles> roles;
  std::optional<bool> disabled;
  std::optional<bool> held;
};

/// Whether anybody is left who may manage users. The local user's row counts when somebody logs in
/// as it, and while nobody ever logged in.
bool has_admin(database::Transaction& transaction);

/// Any thread. What takes a right away holds on this node at once, and on others within
/// auth::kRememberedFor. Errors are NotFound unless said otherwise.
class Users {
 public:
  /// `on_change` is called after rights have changed. All outlive it.
  Users(database::Database& database, audit::AuditLog& audit, std::function<void()> on_change,
        std::function<std::int64_t()> now = now_utc_ns)
      : database_(database),
        audit_(audit),
        on_change_(std::move(on_change)),
        now_(std::move(now)) {}

  /// Newest first. `words`: part of a name or an e-mail address, a to z in any case; empty:
  /// everybody.
  Task<Page<User>> list(PageWish wish, std::string words = {},
                        Deadline deadline = database::usual_deadline());
  Task<Result<User>> find(access::UserId id, Deadline deadline = database::usual_deadline());
  /// Disabling ends the sessions; a token of somebody who is disabled is refused while they are.
  /// Errors: also Conflict `last-admin` when nobody were left who may manage users, and Conflict
  /// `own-account` for disabling oneself.
  Task<Result<User>> change(audit::Doer doer, access::UserId id, Change change,
                            Deadline deadline = database::usual_deadline());
  /// Gives all chats, live sessions and recordings of one user to another. Errors: also
  /// Unprocessable when both are the same, or the receiver is disabled; Conflict `legal-hold`.
  Task<Status> hand_over(audit::Doer doer, access::UserId from, access::UserId to,
                         Deadline deadline = database::usual_deadline());

 private:
  database::Database& database_;
  audit::AuditLog& audit_;
  const std::function<void()> on_change_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::users
