#include "platform/database/migrations.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/digest.hpp"

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
                    "start that version, or use another database",
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

}  // namespace

std::span<const Migration> pending(const Rows& applied, const std::vector<Migration>& migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (version_of(migrations[i]) != static_cast<std::int64_t>(i + 1)) {
      throw DatabaseError(Failure::Other, fmt::format("migration '{}' is not number {}",
                                                      migrations[i].name, i + 1));
    }
  }
  for (const Row& row : applied.rows) check_applied(row, migrations);
  return std::span(migrations).subspan(applied.rows.size());
}

void note_applied(Transaction& transaction, const Migration& migration, std::int64_t now_utc_ns) {
  transaction.run(
      "insert into schema_migration (version, name, sha256_hex, applied_utc_ns) values ($1, $2, "
      "$3, $4)",
      {version_of(migration), migration.name, hex(sha256(as_bytes(migration.sql))), now_utc_ns});
}

}  // namespace reprise::database
