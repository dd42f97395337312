#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "platform/backup/snapshot.hpp"
#include "platform/backup/vault.hpp"
#include "platform/database/database.hpp"

namespace reprise::backup {

/// What is saved. A server may run on it meanwhile.
struct Source {
  /// Runs work in one transaction that reads one consistent state.
  std::function<void(const std::function<void(database::Transaction&)>&)> reading;
  /// The folder of the objects; empty: they lie in `bucket` and stay there.
  std::optional<std::filesystem::path> objects;
  std::string bucket = {};
  std::string installation = {};
};

struct Saved {
  Snapshot snapshot;
  std::int64_t removed_snapshots = 0;
  std::int64_t removed_pieces = 0;
};

/// Saves rows and objects as one new snapshot. What the vault has already is not read again.
/// Whatever the rows of the snapshot name is in it, also when the server erases it, or moves it
/// into a pack, meanwhile. Snapshots older than `keep` go, and with them what no other one needs.
/// Throws BackupFailed, DatabaseError, blob::StoreFailed.
Saved save(const Source& source, Vault& vault, std::int64_t now_utc_ns, std::chrono::days keep,
           std::string_view program);

}  // namespace reprise::backup
