#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "platform/database/database.hpp"
#include "platform/database/migrations.hpp"

namespace reprise::database {

struct SqliteOptions {
  std::filesystem::path file;
  std::size_t readers = 2;
  /// Grows by the steps of SQLite's machine that each statement took (about the rows that it
  /// looked at): for tests of what a call costs. Outlives the database.
  std::atomic<std::int64_t>* steps = nullptr;
};

/// Opens (or creates) the database and migrates it. Exactly one connection, on one thread, commits
/// and checkpoints; it groups the waiting writes into one transaction. Readers are read-only. A
/// read that still runs at its deadline is ended (Busy). A write is not ended: an erase must be
/// finished, and a single write is small. The caller holds the lock of the data directory. Throws
/// DatabaseError.
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options,
                                      const std::vector<Migration>& migrations);

}  // namespace reprise::database
