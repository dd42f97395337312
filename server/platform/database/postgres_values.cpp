#include "platform/database/postgres_values.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <memory>

namespace reprise::database {
namespace {

// Types of columns and parameters (PostgreSQL's catalogue, pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

/// One parameter as text.
struct Parameter {
  Oid type = 0;
  std::string text;
  bool null = false;
  bool binary = false;
};

struct ToParameter {
  Parameter operator()(std::monostate) const { return {.null = true}; }
  Parameter operator()(std::int64_t number) const {
    return {.type = kInt8, .text = std::to_string(number)};
  }
  Parameter operator()(const std::string& text) const {
    if (text.contains('\0')) {
      throw DatabaseError(Failure::Constraint, "PostgreSQL stores no text with a NUL character");
    }
    return {.type = kText, .text = text};
  }
  Parameter operator()(const Bytes& blob) const {
    return {.type = kBytea,
            .text = std::string(reinterpret_cast<const char*>(blob.data()), blob.size()),
            .binary = true};
  }
};

/// Reads a whole number of any type, also of type numeric: a sum of bigint is numeric.
std::int64_t integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw DatabaseError(Failure::Damaged, fmt::format("a column holds {}, no integer", text));
  }
  return number;
}

Value column(const PGresult* answer, int row, int index) {
  if (PQgetisnull(answer, row, index) != 0) return std::nullopt;
  const char* data = PQgetvalue(answer, row, index);
  const std::string_view text(data, static_cast<std::size_t>(PQgetlength(answer, row, index)));
  switch (PQftype(answer, index)) {
    case kBool:
      return std::int64_t{text == "t" ? 1 : 0};
    case kInt2:
    case kInt4:
    case kInt8:
    case kNumeric:
      return integer_of(text);
    case kBytea: {
      std::size_t size = 0;
      const std::unique_ptr<unsigned char, decltype(&PQfreemem)> plain(
          PQunescapeBytea(reinterpret_cast<const unsigned char*>(data), &size), &PQfreemem);
      if (!plain) throw std::bad_alloc();
      const auto* first = reinterpret_cast<const std::byte*>(plain.get());
      return Bytes(first, first + size);
    }
    case kFloat4:
    case kFloat8:
      throw DatabaseError(Failure::Damaged, "a column holds a floating-point number");
    default:
      return text;
  }
}

}  // namespace

PostgresParameters::PostgresParameters(std::span<const Value> values) {
  texts_.reserve(values.size());  // so that no text moves
  for (const Value& value : values) {
    Parameter one = std::visit(ToParameter{}, value.held());
    texts_.push_back(std::move(one.text));
    pointers_.push_back(one.null ? nullptr : texts_.back().c_str());
    types_.push_back(one.type);
    lengths_.push_back(static_cast<int>(texts_.back().size()));
    formats_.push_back(one.binary ? 1 : 0);
  }
}

Rows rows_of(const PGresult* answer) {
  Rows rows;
  const int columns = PQnfields(answer);
  rows.rows.reserve(static_cast<std::size_t>(PQntuples(answer)));
  for (int i = 0; i < PQntuples(answer); ++i) {
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int k = 0; k < columns; ++k) values.push_back(column(answer, i, k));
    rows.rows.emplace_back(std::move(values));
  }
  const std::string_view changed(PQcmdTuples(const_cast<PGresult*>(answer)));
  const std::string_view command(PQcmdStatus(const_cast<PGresult*>(answer)));
  if (!changed.empty() && !command.starts_with("SELECT")) rows.changed = integer_of(changed);
  return rows;
}

}  // namespace reprise::database
