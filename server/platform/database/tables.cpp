#include "platform/database/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "platform/database/migrations.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

constexpr std::int64_t kBatchRows = 1'000;
/// The one table in which a new schema has rows already.
constexpr std::string_view kTableWithRows = "app_user";

[[noreturn]] void refuse(const std::string& sentence) {
  throw DatabaseError(Failure::Other, sentence);
}

std::string listed(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}
std::vector<std::string> names_of(const TableShape& table) {
  std::vector<std::string> names;
  names.reserve(table.columns.size());
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}
std::vector<std::string> key_of(const TableShape& table) {
  std::vector<std::string> names;
  names.reserve(table.key.size());
  for (const std::size_t at : table.key) names.push_back(table.columns[at].name);
  return names;
}
std::vector<std::string> numbers_to(std::size_t count) {
  std::vector<std::string> numbers;
  numbers.reserve(count);
  for (std::size_t i = 1; i <= count; ++i) numbers.push_back(fmt::format("${}", i));
  return numbers;
}

TableShape table_of(Transaction& source, const std::string& name) {
  TableShape table{.name = name};
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

}  // namespace

std::vector<TableShape> tables_of(Transaction& sqlite) {
  std::vector<TableShape> left;
  const auto names = sqlite.run(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and sql not "
      "like 'create virtual%' and name <> 'schema_migration' and name not like 'search~_%' escape "
      "'~' and name not like 'metric~_%' escape '~' order by name");
  left.reserve(names.rows.size());
  for (const Row& row : names.rows) left.push_back(table_of(sqlite, row.text(0)));
  std::vector<TableShape> sorted;
  const auto is_sorted = [&sorted](const std::string& name) {
    return std::ranges::find(sorted, name, &TableShape::name) != sorted.end();
  };
  while (!left.empty()) {
    const auto next = std::ranges::find_if(left, [&](const TableShape& table) {
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

std::vector<TableShape> tables_after(std::size_t migrations) {
  SqliteConnection scratch(":memory:", SqliteConnection::Mode::Writer);
  const std::span all(sqlite_migrations());
  for (const Migration& one : all.first(std::min(migrations, all.size()))) {
    scratch.run_script(std::string(one.sql));
  }
  return tables_of(scratch);
}

TableReader::TableReader(Transaction& from, const TableShape& table) : from_(from), table_(table) {
  const std::string columns = listed(names_of(table));
  const std::string key = listed(key_of(table));
  first_ =
      fmt::format("select {} from {} order by {} limit {}", columns, table.name, key, kBatchRows);
  next_ = fmt::format("select {} from {} where ({}) > ({}) order by {} limit {}", columns,
                      table.name, key, listed(numbers_to(table.key.size())), key, kBatchRows);
}

std::vector<Cells> TableReader::batch() {
  const Rows answer = last_.empty() ? from_.run(first_) : from_.run(next_, std::span(last_));
  std::vector<Cells> rows;
  rows.reserve(answer.rows.size());
  for (const Row& row : answer.rows) {
    Cells cells;
    cells.reserve(table_.columns.size());
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

std::string insert_of(const TableShape& table) {
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

}  // namespace reprise::database
