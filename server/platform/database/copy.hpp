#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "platform/database/postgres_connection.hpp"

namespace reprise::database {

/// What became of one table.
struct CopiedTable {
  std::string name;
  std::int64_t rows = 0;   ///< in the source, all compared with the target
  std::int64_t added = 0;  ///< by this run; the others were there already
};

/// Copies every row of a SQLite database into PostgreSQL and then compares both, row by row.
/// Killed anywhere, it may be run again. The source is only read; its schema must be that of this
/// program. `progress` gets a line for people at every table. Blocks. Throws DatabaseError with a
/// sentence for the operator: the target serves an installation already, or holds other rows.
std::vector<CopiedTable> copy_to_postgres(const std::filesystem::path& sqlite_file,
                                          const PostgresTarget& target,
                                          const std::function<void(const std::string&)>& progress);

}  // namespace reprise::database
