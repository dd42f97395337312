#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/backup/sealing.hpp"
#include "platform/blob/disk.hpp"

namespace reprise::backup {

/// The backup cannot be read or written: a sentence for the operator.
class BackupFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The files of a backup in a folder (docs/formats/backup.md): pieces, each named by its content,
/// and snapshots, each named by its time. All are sealed. One thread at a time. Everything throws
/// BackupFailed.
class Vault {
 public:
  enum class Use {
    Read,
    Write,  ///< one process at a time; a folder that is absent or empty becomes a backup
  };
  /// Refuses a folder that holds something else, one that was made with another key, and to write
  /// while another process does.
  Vault(std::filesystem::path folder, const Key& key, Use use);

  /// Stores a piece unless it is there already; returns its name.
  std::string put(ByteView content);
  bool has(const std::string& piece) const;
  Bytes get(const std::string& piece) const;

  /// A snapshot counts from the moment when this returns: the pieces that it names are durable.
  void put_snapshot(const std::string& name, ByteView content);
  Bytes snapshot(const std::string& name) const;
  /// All names, oldest first.
  std::vector<std::string> snapshots() const;
  void remove_snapshot(const std::string& name);
  /// Removes every piece that is not wanted; returns how many.
  std::int64_t sweep(const std::set<std::string>& wanted);

  /// What this object has written since it was made.
  std::int64_t added_pieces() const { return added_pieces_; }
  std::int64_t added_bytes() const { return added_bytes_; }

 private:
  std::filesystem::path place_of(const std::string& piece) const;
  void write(const std::filesystem::path& file, ByteView content) const;
  Bytes read(const std::filesystem::path& file, const std::string& name) const;
  void make() const;
  void sync() const;

  const std::filesystem::path folder_;
  const Sealer sealer_;
  std::optional<blob::Descriptor> lock_;
  std::int64_t added_pieces_ = 0;
  std::int64_t added_bytes_ = 0;
};

}  // namespace reprise::backup
