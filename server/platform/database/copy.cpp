#include "platform/database/copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "platform/database/postgres.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

using Mode = PostgresConnection::Mode;

constexpr std::int64_t kBatchRows = 1'000;
constexpr std::chrono::minutes kBatchWait{2};
/// The one table in which a new schema has rows already.
constexpr std::string_view kTableWithRows = "app_user";

struct Column {
  std::string name;
  bool integer = false;  ///< otherwise text
};
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;      ///< indexes of the primary key's columns, in its order
  std::vector<std::string> parents;  ///< tables that must be copied first
};
using Cells = std::vector<Value>;

[[noreturn]] void refuse(const std::string& sentence) {
  throw PostgresError({Failure::Other, Remedy::Operator}, sentence);
}

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}
std::vector<std::string> key_of(const Table& table) {
  std::vector<std::string> names;
  names.reserve(table.key.size());
  for (const std::size_t at : table.key) names.push_back(table.columns[at].name);
  return names;
}
std::vector<std::string> numbers_to(std::size_t count) {
  std::vector<std::string> numbers;
  for (std::size_t i = 1; i <= count; ++i) numbers.push_back(fmt::format("${}", i));
  return numbers;
}

Table table_of(Transaction& source, const std::string& name) {
  Table table{.name = name};
  const auto columns =
      source.run("select name, upper(type), pk from pragma_table_info($1) order by cid", {name});
  std::vector<std::pair<std::int64_t, std::size_t>> key;
  for (const Row& row : columns.rows) {
    if (row.integer(2) > 0) key.emplace_back(row.integer(2), table.columns.size());
    table.columns.push_back({.name = row.text(0), .integer = row.text(1) == "INTEGER"});
  }
  std::ranges::sort(key);
  for (const auto& [place, at] : key) table.key.push_back(at);
  if (table.key.empty()) refuse(fmt::format("table {} has no primary key", name));
  const auto parents = source.run("select \"table\" from pragma_foreign_key_list($1)", {name});
  table.parents.reserve(parents.rows.size());
  for (const Row& row : parents.rows) table.parents.push_back(row.text(0));
  return table;
}

/// Parents before children. The tables of the search are left out: the other engine stores words in
/// another way, and the server fills its index by itself. So are those of what is counted, which
/// the server counts anew.
std::vector<Table> tables_of(Transaction& source) {
  std::vector<Table> left;
  const auto names = source.run(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and sql not "
      "like 'create virtual%' and name <> 'schema_migration' and name not like 'search~_%' escape "
      "'~' and name not like 'metric~_%' escape '~' order by name");
  left.reserve(names.rows.size());
  for (const Row& row : names.rows) left.push_back(table_of(source, row.text(0)));
  std::vector<Table> sorted;
  const auto is_sorted = [&sorted](const std::string& name) {
    return std::ranges::find(sorted, name, &Table::name) != sorted.end();
  };
  while (!left.empty()) {
    const auto next = std::ranges::find_if(left, [&](const Table& table) {
      return std::ranges::all_of(table.parents, [&](const std::string& parent) {
        return parent == table.name || is_sorted(parent);
      });
    });
    if (next == left.end()) refuse("the tables refer to each other in a circle");
    sorted.push_back(std::move(*next));
    left.erase(next);
  }
  return sorted;
}

/// Reads a table in the order of its key, a batch at a time.
class Reader {
 public:
  Reader(Transaction& from, const Table& table) : from_(from), table_(table) {
    const std::string columns = listed(names_of(table));
    const std::string key = listed(key_of(table));
    first_ =
        fmt::format("select {} from {} order by {} limit {}", columns, table.name, key, kBatchRows);
    next_ = fmt::format("select {} from {} where ({}) > ({}) order by {} limit {}", columns,
                        table.name, key, listed(numbers_to(table.key.size())), key, kBatchRows);
  }
  /// The next rows; empty at the end.
  std::vector<Cells> batch() {
    const Rows answer = last_.empty() ? from_.run(first_) : from_.run(next_, std::span(last_));
    std::vector<Cells> rows;
    for (const Row& row : answer.rows) {
      Cells cells;
      for (std::size_t i = 0; i < table_.columns.size(); ++i) {
        cells.push_back(table_.columns[i].integer ? Value(row.maybe_integer(i))
                                                  : Value(row.maybe_text(i)));
      }
      rows.push_back(std::move(cells));
    }
    if (!rows.empty()) {
      last_.clear();
      for (const std::size_t at : table_.key) last_.push_back(rows.back()[at]);
    }
    return rows;
  }

 private:
  Transaction& from_;
  const Table& table_;
  std::string first_;
  std::string next_;
  Cells last_;
};

void refuse_served(Transaction& target) {
  if (!target.first("select 1 from installation")) return;
  refuse("the target database serves an installation already: give an empty one");
}

/// Of most tables a row that is there already was copied before. The schema brings rows of users
/// along, which the source may have changed since.
std::string insert_of(const Table& table) {
  std::string known = "do nothing";
  if (table.name == kTableWithRows) {
    std::vector<std::string> changes;
    changes.reserve(table.columns.size());
    for (const Column& column : table.columns) {
      changes.push_back(fmt::format("{0} = excluded.{0}", column.name));
    }
    known = fmt::format("({}) do update set {}", listed(key_of(table)), listed(changes));
  }
  return fmt::format("insert into {} ({}) values ({}) on conflict {}", table.name,
                     listed(names_of(table)), listed(numbers_to(table.columns.size())), known);
}

std::int64_t copy_table(SqliteConnection& source, PostgresConnection& target, const Table& table) {
  const std::string insert = insert_of(table);
  std::int64_t added = 0;
  Reader reader(source, table);
  for (auto rows = reader.batch(); !rows.empty(); rows = reader.batch()) {
    target.begin(Mode::Plain, Deadline::after(kBatchWait));
    refuse_served(target);
    for (const Cells& cells : rows) added += target.run(insert, std::span(cells)).changed;
    target.commit();
  }
  return added;
}

bool same(const Cells& a, const Cells& b) {
  return std::ranges::equal(a, b, {}, &Value::held, &Value::held);
}

/// Compares row by row, which works because both engines order text by its bytes.
std::int64_t compare_table(SqliteConnection& source, PostgresConnection& target,
                           const Table& table) {
  std::int64_t count = 0;
  target.begin(Mode::Read, Deadline::after(kBatchWait));
  Reader wanted(source, table);
  Reader found(target, table);
  for (;;) {
    const auto left = wanted.batch();
    const auto right = found.batch();
    const auto [a, b] = std::ranges::mismatch(left, right, same);
    if (a != left.end() || b != right.end()) {
      refuse(
          fmt::format("after the copy row {} of {} is not the same in both: is somebody else "
                      "writing, or was the target not empty?",
                      count + (a - left.begin()) + 1, table.name));
    }
    count += static_cast<std::int64_t>(left.size());
    if (left.empty()) break;
  }
  target.commit();
  return count;
}

}  // namespace

std::vector<CopiedTable> copy_to_postgres(const std::filesystem::path& sqlite_file,
                                          const PostgresTarget& target_database,
                                          const std::function<void(const std::string&)>& progress) {
  SqliteConnection source(sqlite_file, SqliteConnection::Mode::Reader);
  if (!pending(source.run(kAppliedMigrations), sqlite_migrations()).empty()) {
    refuse("the source is of an older version: start this version on it once, then copy");
  }
  // Makes the schema, as a server does when it starts, unless it is refused.
  open_postgres({.target = target_database, .connections = 2, .admit = refuse_served},
                postgres_migrations())
      ->close();
  PostgresConnection target(target_database);
  const std::vector<Table> tables = tables_of(source);
  std::vector<CopiedTable> copied;
  for (const Table& table : tables) {
    progress(fmt::format("copying {}", table.name));
    copied.push_back({.name = table.name, .added = copy_table(source, target, table)});
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    progress(fmt::format("comparing {}", tables[i].name));
    copied[i].rows = compare_table(source, target, tables[i]);
  }
  return copied;
}

}  // namespace reprise::database
