#pragma once

#include <span>
#include <string>
#include <vector>

#include "platform/database/database.hpp"

struct pg_result;

// Our values in the terms of libpq.
namespace reprise::database {

/// The parameters of one statement, as libpq wants them: text, but blobs in binary. Throws
/// DatabaseError (Constraint) for a text that PostgreSQL cannot store. What the functions return
/// lives as long as this.
class PostgresParameters {
 public:
  explicit PostgresParameters(std::span<const Value> values);
  int count() const { return static_cast<int>(types_.size()); }
  /// The types by their numbers (Oid).
  const std::vector<unsigned>& types() const { return types_; }
  const char* const* texts() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
  std::vector<unsigned> types_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// The rows of an answer. Throws DatabaseError (Damaged) for a column of a type that our schema
/// does not use.
Rows rows_of(const pg_result* answer);

}  // namespace reprise::database
