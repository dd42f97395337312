#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "platform/database/database.hpp"

namespace reprise::database {

/// One forward-only step of the schema. `name` is the name of its file, `0001_chat_add.sql`; the
/// first four digits are the version. The texts live as long as the program.
struct Migration {
  std::string_view name;
  std::string_view sql;
};

/// The files of migrations/sqlite in order; defined in the generated `sqlite_migrations.cpp`.
const std::vector<Migration>& sqlite_migrations();
/// The files of migrations/postgres: the same names in the same order.
const std::vector<Migration>& postgres_migrations();

/// Reads which migrations have run, oldest first. Each engine makes the table.
inline constexpr std::string_view kAppliedMigrations =
    "select version, name, sha256_hex from schema_migration order by version";

/// The migrations that have not run yet. `applied` is the answer to kAppliedMigrations;
/// `migrations` are numbered 1, 2, 3 … without a hole. Throws DatabaseError (Other) with a sentence
/// for the operator when a newer program made the schema, or when a migration has changed since it
/// ran.
std::span<const Migration> pending(const Rows& applied, const std::vector<Migration>& migrations);

/// Notes a migration as run. Throws DatabaseError.
void note_applied(Transaction& transaction, const Migration& migration, std::int64_t now_utc_ns);

}  // namespace reprise::database
