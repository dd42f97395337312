#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "platform/database/database.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/postgres_connection.hpp"

namespace reprise::database {

struct PostgresOptions {
  PostgresTarget target;
  std::size_t connections = 8;  ///< two or more; about a third of them only read
  /// Decides whether the database may be used. Called once, before anything else is read or
  /// written, in a transaction that holds the lock on the schema. open_postgres throws what it
  /// throws.
  std::function<void(Transaction&)> admit = {};
};

/// The database that a URI of libpq names, with a service or the environment if it wants them.
/// Errors (Invalid, a sentence that names the setting): libpq does not understand the URI or the
/// service, or it crosses a network without `sslmode=verify-full`.
Result<PostgresTarget> read_target(std::string_view url,
                                   std::string_view setting = "REPRISE_DATABASE_URL");

/// Threads that share a pool of connections (PostgresPool). Migrates the schema at the first
/// connection, while other nodes wait. Writes are serializable; a write is repeated when another
/// one was in its way. When the answer to a commit is lost, the row that was stored with it tells
/// the outcome (docs/adr/2026-11-28-postgres.md). A database that cannot be reached is no reason to
/// throw here: work waits for it as long as a restart takes, and fails with Unavailable after that.
/// Throws PostgresError (Remedy::Operator), before anything is written, when somebody has to change
/// something first.
std::unique_ptr<Database> open_postgres(const PostgresOptions& options,
                                        const std::vector<Migration>& migrations);

}  // namespace reprise::database
