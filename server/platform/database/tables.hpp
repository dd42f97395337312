#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/database/database.hpp"

// The tables of our schema as a whole, for what copies all of them. Both engines have the same.
namespace reprise::database {

struct Column {
  std::string name;
  bool integer = false;  ///< otherwise text
};
struct TableShape {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t> key;      ///< indexes of the primary key's columns, in its order
  std::vector<std::string> parents;  ///< tables that must be filled first
};
using Cells = std::vector<Value>;

/// The tables of a SQLite database, parents before children. The tables of the search are left out:
/// each engine stores words in its own way, and the server fills its index by itself. So are those
/// of what is counted, which the server counts anew. Throws DatabaseError (Other).
std::vector<TableShape> tables_of(Transaction& sqlite);
/// The same for the schema as it was after the first `migrations` of this program's.
std::vector<TableShape> tables_after(std::size_t migrations);

/// Reads a table in the order of its key, a batch at a time. Both outlive it.
class TableReader {
 public:
  TableReader(Transaction& from, const TableShape& table);
  /// The next rows; empty at the end. Throws DatabaseError.
  std::vector<Cells> batch();

 private:
  Transaction& from_;
  const TableShape& table_;
  std::string first_;
  std::string next_;
  Cells last_;
};

/// Adds a row whose values are `$1` … in the order of the columns. A row of that key that is there
/// already stays, unless a new schema brings it along: then it takes these values.
std::string insert_of(const TableShape& table);

}  // namespace reprise::database
