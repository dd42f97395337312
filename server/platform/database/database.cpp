#include "platform/database/database.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"

namespace reprise::database {

namespace {

[[noreturn]] void damaged(std::size_t column, const char* wanted) {
  throw DatabaseError(Failure::Damaged, fmt::format("column {} is no {}", column, wanted));
}

}  // namespace

std::int64_t Row::integer(std::size_t column) const {
  const auto value = maybe_integer(column);
  if (!value) damaged(column, "integer");
  return *value;
}

const std::string& Row::text(std::size_t column) const {
  REPRISE_ASSERT(column < columns_.size());
  const auto* value = std::get_if<std::string>(&columns_[column].held());
  if (value == nullptr) damaged(column, "text");
  return *value;
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
  REPRISE_ASSERT(column < columns_.size());
  const auto& held = columns_[column].held();
  if (std::holds_alternative<std::monostate>(held)) return std::nullopt;
  const auto* value = std::get_if<std::int64_t>(&held);
  if (value == nullptr) damaged(column, "integer");
  return *value;
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
  REPRISE_ASSERT(column < columns_.size());
  const auto& held = columns_[column].held();
  if (std::holds_alternative<std::monostate>(held)) return std::nullopt;
  return text(column);
}

std::vector<Rows> Transaction::run_all(std::span<const Statement> statements) {
  std::vector<Rows> answers;
  answers.reserve(statements.size());
  for (const Statement& one : statements) answers.push_back(run(one.sql, one.values));
  return answers;
}

std::optional<Row> Transaction::first(std::string_view sql, std::initializer_list<Value> values) {
  Rows answer = run(sql, values);
  if (answer.rows.empty()) return std::nullopt;
  return std::move(answer.rows.front());
}

}  // namespace reprise::database
