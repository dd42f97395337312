#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "platform/backup/snapshot.hpp"
#include "platform/backup/vault.hpp"
#include "platform/database/database.hpp"

namespace reprise::backup {

/// Reads a snapshot. `name` empty: the newest. Throws BackupFailed.
Snapshot read_snapshot(const Vault& vault, const std::string& name);

/// Opens every piece of a snapshot and counts rows and objects again. Throws BackupFailed with the
/// first thing that is wrong.
void check(const Vault& vault, const Snapshot& snapshot);

/// Where rows go: runs work in one transaction that is kept. The database has the schema of the
/// snapshot and no rows but those that its migrations make.
using Writing = std::function<void(const std::function<void(database::Transaction&)>&)>;

/// Adds the rows of a snapshot. Logins that were under way or running are left out: people log in
/// again. Refuses a database that has other rows. Returns how many rows. Throws BackupFailed,
/// DatabaseError.
std::int64_t restore_rows(const Vault& vault, const Snapshot& snapshot, const Writing& writing);

/// Writes the objects of a snapshot below `root`; durable on return. Returns how many. Throws
/// BackupFailed.
std::int64_t restore_objects(const Vault& vault, const Snapshot& snapshot,
                             const std::filesystem::path& root);

}  // namespace reprise::backup
