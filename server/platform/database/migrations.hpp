#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "platform/database/database.hpp"

namespace reprise::database {

/// One forward-only step of the schema. `name` is the file's, `0001_chat_add.sql`: its first four
/// digits are the version. The texts live as long as the program.
struct Migration {
  std::string_view name;
  std::string_view sql;
};

/// The files of migrations/sqlite in order; defined in the generated `sqlite_migrations.cpp`.
const std::vector<Migration>& sqlite_migrations();
/// The files of migrations/postgres: the same names in the same order.
const std::vector<Migration>& postgres_migrations();

/// What has run, oldest first; the table is made by each engine.
inline constexpr std::string_view kAppliedMigrations =
    "select version, name, sha256_hex from schema_migration order by version";

/// The migrations that have not run yet. `applied` answers kAppliedMigrations; `migrations` are
/// numbered 1, 2, 3 … without a hole. Throws DatabaseError (Other) with a sentence for the operator
/// when the schema is of a newer program, or when a migration that has run has changed since.
std::span<const Migration> pending(const Rows& applied, const std::vector<Migration>& migrations);

/// Notes a migration as run. Throws DatabaseError.
void note_applied(Transaction& transaction, const Migration& migration, std::int64_t now_utc_ns);

}  // namespace reprise::database
