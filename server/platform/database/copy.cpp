#include "platform/database/copy.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "platform/database/installation.hpp"
#include "platform/database/postgres.hpp"
#include "platform/database/sqlite_connection.hpp"
#include "platform/database/tables.hpp"

namespace reprise::database {
namespace {

using Mode = PostgresConnection::Mode;

constexpr std::chrono::minutes kBatchWait{2};

[[noreturn]] void refuse(const std::string& sentence) {
  throw PostgresError({Failure::Other, Remedy::Operator}, sentence);
}

/// Another one means that somebody has written into the source. The log begins again at its start
/// when all of it is in the database: then it is written without becoming longer.
struct Stamp {
  explicit Stamp(const std::filesystem::path& file)
      : changed(std::filesystem::last_write_time(file)), bytes(std::filesystem::file_size(file)) {
    const std::filesystem::path log = file.string() + "-wal";
    std::error_code absent;
    const auto size = std::filesystem::file_size(log, absent);
    if (absent) return;
    bytes_of_log = size;
    const auto at = std::filesystem::last_write_time(log, absent);
    if (!absent && size > 0) log_changed = at;
  }
  friend bool operator==(const Stamp&, const Stamp&) = default;

  std::filesystem::file_time_type changed;
  std::uintmax_t bytes;
  std::uintmax_t bytes_of_log = 0;
  std::optional<std::filesystem::file_time_type> log_changed;  ///< of one that holds something
};

/// To read a log SQLite needs an index beside it, which it cannot make where nothing can be
/// written. Without a log it needs none.
bool makes_files_beside(const std::filesystem::path& file) {
  return ::access(std::filesystem::absolute(file).parent_path().c_str(), W_OK) == 0;
}

/// The database of the source. Throws SourceRefused.
std::unique_ptr<SqliteConnection> open_source(const std::filesystem::path& file) {
  using enum SqliteConnection::Mode;
  const bool has_log = Stamp(file).bytes_of_log > 0;
  const bool written = makes_files_beside(file);
  bool old = false;
  std::unique_ptr<SqliteConnection> source;
  try {
    source = std::make_unique<SqliteConnection>(file, has_log || written ? Reader : Still);
    old = !pending(source->run(kAppliedMigrations), sqlite_migrations()).empty();
  } catch (const DatabaseError& error) {
    throw SourceRefused(fmt::format(
        "its reprise.db cannot be copied{}: {}",
        has_log && !written ? ", because its log (reprise.db-wal) cannot be read where nothing can "
                              "be written: put both files where it can"
                            : "",
        error.what()));
  }
  if (old) {
    throw SourceRefused("it is of an older version: start this version on it once, then copy");
  }
  return source;
}

/// What stands for the id of the target while this source is copied. Each installation's first
/// migration ran at a moment of its own.
std::string mark_of(SqliteConnection& source) {
  const auto first = source.first("select applied_utc_ns from schema_migration where version = 1");
  return fmt::format("{} {}", kCopyUnderWay, first->integer(0));
}

void refuse_taken(Transaction& target, const std::string& mark) {
  const auto row = target.first("select installation_id from installation");
  if (!row || row->text(0) == mark) return;
  refuse(row->text(0).starts_with(kCopyUnderWay)
             ? "the target database holds a part of another installation: give an empty one"
             : "the target database serves an installation already: give an empty one");
}

std::int64_t copy_table(SqliteConnection& source, PostgresConnection& target,
                        const TableShape& table, const std::string& mark) {
  const std::string insert = insert_of(table);
  std::int64_t added = 0;
  std::int64_t number = 0;
  TableReader reader(source, table);
  for (auto rows = reader.batch(); !rows.empty(); rows = reader.batch()) {
    target.begin(Mode::Plain, Deadline::after(kBatchWait));
    refuse_taken(target, mark);
    for (const Cells& cells : rows) {
      ++number;
      try {
        added += target.run(insert, std::span(cells)).changed;
      } catch (const DatabaseError& error) {
        if (error.failure() != Failure::Constraint) throw;
        throw SourceRefused(fmt::format("PostgreSQL cannot hold row {} of its table {}: {}", number,
                                        table.name, error.what()));
      }
    }
    target.commit();
  }
  return added;
}

bool same(const Cells& a, const Cells& b) {
  return std::ranges::equal(a, b, {}, &Value::held, &Value::held);
}

/// Compares row by row, which works because both engines order text by its bytes. Nobody writes
/// into the target meanwhile, so that each batch may have its own transaction, and its own time.
std::int64_t compare_table(SqliteConnection& source, PostgresConnection& target,
                           const TableShape& table) {
  std::int64_t count = 0;
  TableReader wanted(source, table);
  TableReader found(target, table);
  for (;;) {
    const auto left = wanted.batch();
    target.begin(Mode::Read, Deadline::after(kBatchWait));
    const auto right = found.batch();
    target.commit();
    const auto [a, b] = std::ranges::mismatch(left, right, same);
    if (a != left.end() || b != right.end()) {
      refuse(
          fmt::format("after the copy row {} of {} is not the same in both: has the source changed "
                      "since a copy that was stopped, or does somebody else write? Copy it again "
                      "into an empty database",
                      count + (a - left.begin()) + 1, table.name));
    }
    count += static_cast<std::int64_t>(left.size());
    if (left.empty()) break;
  }
  return count;
}

}  // namespace

std::vector<CopiedTable> copy_to_postgres(const std::filesystem::path& sqlite_file,
                                          const PostgresTarget& target_database,
                                          const std::function<void(const std::string&)>& progress) {
  const Stamp before(sqlite_file);
  const auto held = open_source(sqlite_file);
  SqliteConnection& source = *held;
  const std::string mark = mark_of(source);
  const auto admit = [&mark](Transaction& transaction) { refuse_taken(transaction, mark); };
  PostgresConnection target(target_database);
  // Makes the schema, as a server does when it starts, unless it is refused.
  open_postgres({.target = target_database, .connections = 2, .admit = admit},
                postgres_migrations())
      ->close();
  // No server takes the database before all of it is there: it would put aside the objects whose
  // rows are still to come.
  target.begin(Mode::Plain, Deadline::after(kBatchWait));
  admit(target);
  target.run("insert into installation (installation_id) values ($1) on conflict do nothing",
             {mark});
  target.commit();
  const std::vector<TableShape> tables = tables_of(source);
  std::vector<CopiedTable> copied;
  for (const TableShape& table : tables) {
    progress(fmt::format("copying {}", table.name));
    copied.push_back({.name = table.name, .added = copy_table(source, target, table, mark)});
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    progress(fmt::format("comparing {}", tables[i].name));
    copied[i].rows = compare_table(source, target, tables[i]);
  }
  if (Stamp(sqlite_file) != before) {
    throw SourceRefused(
        "somebody has written into its reprise.db meanwhile (a server that sees it under another "
        "name?): stop it, and copy again into an empty database");
  }
  target.begin(Mode::Plain, Deadline::after(kBatchWait));
  target.run("delete from installation where installation_id = $1", {mark});
  target.commit();
  return copied;
}

}  // namespace reprise::database
