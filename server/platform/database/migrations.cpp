#include "platform/database/migrations.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"

namespace reprise::database {
namespace {

constexpr std::size_t kVersionDigits = 4;

std::int64_t version_of(const Migration& migration) {
  std::int64_t version = 0;
  std::from_chars(migration.name.data(), migration.name.data() + kVersionDigits, version);
  return version;
}

void check_applied(const Row& row, const std::vector<Migration>& migrations) {
  const std::int64_t version = row.integer(0);
  if (version > static_cast<std::int64_t>(migrations.size())) {
    throw DatabaseError(
        Failure::Other,
        fmt::format("the database is of a newer Reprise (schema {} '{}', this program knows {}): "
                    "start that version, or use another data directory",
                    version, row.text(1), migrations.size()));
  }
  const Migration& known = migrations[static_cast<std::size_t>(version - 1)];
  if (row.text(1) != known.name || row.text(2) != hex(sha256(as_bytes(known.sql)))) {
    throw DatabaseError(Failure::Other,
                        fmt::format("migration {} '{}' of the database is not the one of this "
                                    "program ('{}'): a landed migration never changes",
                                    version, row.text(1), known.name));
  }
}

void apply(SqliteConnection& connection, const Migration& migration) {
  connection.run_script("begin immediate");
  try {
    connection.run_script(std::string(migration.sql));
    connection.run("insert into schema_migration values ($1, $2, $3, $4)",
                   {version_of(migration), migration.name, hex(sha256(as_bytes(migration.sql))),
                    now_utc_ns()});
    connection.run_script("commit");
  } catch (...) {
    if (connection.in_transaction()) connection.run_script("rollback");
    throw;
  }
  log::info("database.migrated", {{"migration", migration.name}});
}

}  // namespace

void migrate(SqliteConnection& connection, const std::vector<Migration>& migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (version_of(migrations[i]) != static_cast<std::int64_t>(i + 1)) {
      throw DatabaseError(Failure::Other, fmt::format("migration '{}' is not number {}",
                                                      migrations[i].name, i + 1));
    }
  }
  connection.run_script(
      "create table if not exists schema_migration (version integer primary key, name text not "
      "null, sha256_hex text not null, applied_utc_ns integer not null) strict");
  const Rows applied =
      connection.run("select version, name, sha256_hex from schema_migration order by version");
  for (const Row& row : applied.rows) check_applied(row, migrations);
  for (std::size_t i = applied.rows.size(); i < migrations.size(); ++i) {
    apply(connection, migrations[i]);
  }
}

}  // namespace reprise::database
