#pragma once

#include <string_view>
#include <vector>

#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {

/// One forward-only step of the schema. `name` is the file's, `0001_chat_add.sql`: its first four
/// digits are the version. The texts live as long as the program.
struct Migration {
  std::string_view name;
  std::string_view sql;
};

/// The files of migrations/sqlite in order; defined in the generated `sqlite_migrations.cpp`.
const std::vector<Migration>& sqlite_migrations();

/// Brings the schema up to the last of `migrations`, each in its own transaction: killed anywhere,
/// the next start goes on. `migrations` are numbered 1, 2, 3 … without a hole. Throws DatabaseError
/// with a sentence for the operator when the file was made by a newer program, or when a migration
/// that has run has changed since.
void migrate(SqliteConnection& connection, const std::vector<Migration>& migrations);

}  // namespace reprise::database
