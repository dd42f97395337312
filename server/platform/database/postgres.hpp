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
  /// Called once, in a transaction with the lock on the schema, before anything else is read or
  /// written: whether the database may be used. What it throws is thrown by open_postgres.
  std::function<void(Transaction&)> admit = {};
};

/// The database that a URI names. Errors (Invalid, a sentence that names the setting): it is no URI
/// of libpq, or it goes over a network without `sslmode=verify-full`.
Result<PostgresTarget> read_target(std::string_view url);

/// A pool of connections, each on a thread of its own. Migrates the schema at the first connection,
/// while other nodes wait. Writes are serializable and are repeated when another was in their way;
/// when the answer to a commit is lost, the row that was stored with it tells the outcome
/// (docs/adr/2026-11-28-postgres.md).
/// A database that is merely away is no error: what is asked meanwhile fails with Unavailable, and
/// the next work tries again. Throws PostgresError (Remedy::Operator) for what somebody has to mend
/// first, before anything is written.
std::unique_ptr<Database> open_postgres(const PostgresOptions& options,
                                        const std::vector<Migration>& migrations);

}  // namespace reprise::database
