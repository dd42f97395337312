#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "domain/access/principal.hpp"
#include "platform/archive/parts.hpp"
#include "platform/audit/audit_log.hpp"

namespace reprise::account {

/// What the erase of an account needs of other features.
struct EraserParts {
  /// Deletes a chat with its recordings, as its owner would.
  std::function<Task<Status>(access::Reach, session::ChatId)> delete_chat;
  /// Whether anybody is left who may manage users.
  std::function<bool(database::Transaction&)> has_admin;
  /// Removes what the interaction log has of a person, up to a time. May be called again.
  std::function<Task<void>(access::UserId, std::int64_t until_utc_ns)> erase_log;
  /// Removes the files that they uploaded until then.
  std::function<Task<void>(access::UserId, std::int64_t)> erase_uploads;
  /// Rights have changed: nothing that is remembered of them counts any more.
  std::function<void()> forget;
};

/// Erases accounts. The first transaction takes the account away: nobody can log in to it and
/// nothing of it can be reached. A job then removes what it owned, piece by piece, and each piece
/// may be removed twice; so a kill at any step costs work only. Any thread. All references outlive
/// it.
class Eraser {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Erasures, archive::Common>;

  Eraser(database::Database& database, Asks archive, audit::AuditLog& audit, EraserParts parts,
         std::function<std::int64_t()> now)
      : database_(database),
        archive_(archive),
        audit_(audit),
        parts_(std::move(parts)),
        now_(std::move(now)) {}

  /// `who` is the user themselves. The local user of an installation without a login keeps the
  /// account and loses what it owned. Errors: Conflict `last-admin`, `legal-hold`,
  /// `recording-held`.
  Task<Status> begin(access::Principal who, audit::Doer doer, Deadline deadline);
  /// Goes on with the erases that are due. Call it about once a second, one call at a time.
  Task<void> work();
  void stop() { stopping_ = true; }

 private:
  struct Order;
  static Order order_of(const std::string& key);
  Task<bool> erase(std::string key);
  Task<void> erase_chats(const Order* order);
  Task<void> erase_recordings(const Order* order);
  Task<bool> end(const Order* order);

  database::Database& database_;
  const Asks archive_;
  audit::AuditLog& audit_;
  const EraserParts parts_;
  const std::function<std::int64_t()> now_;
  std::atomic<bool> stopping_{false};
};

}  // namespace reprise::account
