#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "domain/login/transaction.hpp"
#include "platform/database/database.hpp"

namespace reprise::auth {

/// Logins under way. A row each, so that any node may get the callback. Any thread.
class Transactions {
 public:
  Transactions(database::Database& database, std::function<std::int64_t()> now)
      : database_(database), now_(std::move(now)) {}
  /// Stores a login; returns the cookie that finds it.
  Task<std::string> begin(login::Transaction transaction, Deadline deadline);
  /// Takes the login of this cookie away: it works once, whatever becomes of it. Empty: there is
  /// none.
  Task<std::optional<login::Transaction>> take(std::string cookie, Deadline deadline);
  /// Removes the logins that nobody came back from.
  Task<void> sweep();

 private:
  database::Database& database_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::auth
