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
  std::int64_t rows = 0;   ///< rows in the source, all of them compared with the target
  std::int64_t added = 0;  ///< rows that this run added; the others were there already
};

/// The source is nothing that can be copied; the text goes behind its name.
struct SourceRefused : DatabaseError {
  explicit SourceRefused(const std::string& why) : DatabaseError(Failure::Other, why) {}
};

/// Copies every row of a SQLite database into PostgreSQL and then compares both, row by row. May be
/// run again after it was killed; until it has come to its end no server takes the target. Only
/// reads the source, whose schema must be the one of this program. `progress` gets a line for
/// people at every table. Blocks. Throws SourceRefused, and PostgresError with a sentence for the
/// operator, for example when the target serves an installation already or holds other rows, also
/// those of a copy of another source that was stopped.
std::vector<CopiedTable> copy_to_postgres(const std::filesystem::path& sqlite_file,
                                          const PostgresTarget& target,
                                          const std::function<void(const std::string&)>& progress);

}  // namespace reprise::database
