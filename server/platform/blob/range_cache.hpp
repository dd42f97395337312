#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Reads objects of a store elsewhere in blocks, and keeps the blocks that were read last on the
/// local disk. Objects are immutable under their key, so a block never becomes stale. Any thread.
/// The store and the pool outlive it.
class RangeCache {
 public:
  /// What one read of the store fetches. A player asks for much smaller parts, one after the other.
  static constexpr std::uint64_t kBlockBytes = 1 << 20;

  /// Empties `root`: what an earlier process left may belong to erased objects. Throws
  /// std::filesystem::filesystem_error.
  RangeCache(BlobStore& store, std::filesystem::path root, BlockingPool& pool,
             std::uint64_t bytes_max);

  /// Block `number` of an object; the last one may be short. With `wanted`, its CRC32C, a block
  /// that differs is read once more: of a part of an object a store gives no checksum. Errors:
  /// NotFound. Throws StoreFailed, also when the block differs again. A disk that cannot keep the
  /// block does no harm.
  Task<Result<Bytes>> block(BlobKey key, std::uint64_t number, Deadline deadline,
                            std::optional<std::uint32_t> wanted = std::nullopt);
  /// Drops every block of objects under `prefix/`.
  Task<void> forget(BlobKey prefix);
  /// The name of every block that is kept: its object's key, and more.
  std::vector<std::string> names() const;
  /// Bytes that are kept now.
  std::uint64_t bytes() const;

 private:
  struct Entry {
    std::string name;  ///< key and number
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::uint32_t crc32c = 0;
  };
  using Entries = std::list<Entry>;  // the one that was used last is the first

  Task<Result<Bytes>> read(BlobKey key, std::uint64_t number, Deadline deadline,
                           std::optional<std::uint32_t> wanted);
  std::optional<Entry> find(const std::string& name);
  void drop(const Entry& entry);
  std::vector<std::filesystem::path> keep(Entry entry);
  std::filesystem::path new_path();

  BlobStore& store_;
  const std::filesystem::path root_;
  BlockingPool& pool_;
  const std::uint64_t bytes_max_;
  mutable std::mutex mutex_;
  // Under the mutex:
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_name_;
  std::uint64_t bytes_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t forgotten_ = 0;  // counts calls of `forget`
};

}  // namespace reprise::blob
