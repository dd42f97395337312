#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/gate.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Reads objects of a store elsewhere in blocks, and keeps the blocks that were read last on the
/// local disk. Objects are immutable under their key, so a block never becomes stale. A block that
/// several ask for at the same moment is read once. Any thread. The store and the pool outlive it.
class RangeCache {
 public:
  /// What one read of the store fetches. A player asks for much smaller parts, one after the other.
  static constexpr std::uint64_t kBlockBytes = 1 << 20;
  /// Blocks that are read ahead at the same time, over all objects; they are held in memory.
  static constexpr int kAheadMax = 16;

  /// Empties `root`: what an earlier process left may belong to erased objects. Throws
  /// std::filesystem::filesystem_error. `executor`, with one thread, reads ahead.
  RangeCache(BlobStore& store, std::filesystem::path root, BlockingPool& pool,
             const boost::asio::any_io_executor& executor, std::uint64_t bytes_max);

  /// Block `number` of an object; the last one may be short. With `wanted`, its CRC32C, a block
  /// that differs is read once more: of a part of an object a store gives no checksum. Errors:
  /// NotFound. Throws StoreFailed, also when the block differs again. A disk that cannot keep the
  /// block does no harm.
  Task<Result<Bytes>> block(BlobKey key, std::uint64_t number, Deadline deadline,
                            std::optional<std::uint32_t> wanted = std::nullopt);
  /// Begins to read a block that is likely to be wanted soon, so that it is kept then. Does nothing
  /// when it is kept or being read, or when kAheadMax others are being read ahead. A failure shows
  /// when the block is asked for.
  void read_ahead(BlobKey key, std::uint64_t number,
                  std::optional<std::uint32_t> wanted = std::nullopt);
  /// Whether a block is kept. It may be gone, or be found damaged, a moment later.
  bool keeps(const BlobKey& key, std::uint64_t number) const;
  /// Drops every block of the object `key` and of objects under `key/`.
  Task<void> forget(BlobKey key);
  /// The name of every block that is kept: its object's key, and more.
  std::vector<std::string> names() const;
  /// Bytes that are kept now.
  std::uint64_t bytes() const;
  /// Waits for what is read ahead, and cancels it at the deadline. On `executor`. Nothing is read
  /// ahead after it.
  Task<void> close(Deadline deadline);

 private:
  struct Entry {
    std::string name;  ///< key and number
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::uint32_t crc32c = 0;
  };
  using Entries = std::list<Entry>;  // the one that was used last is the first

  Task<std::optional<Bytes>> kept(std::string name, std::optional<std::uint32_t> wanted);
  Task<Result<Bytes>> fetch(BlobKey key, std::uint64_t number, Deadline deadline,
                            std::optional<std::uint32_t> wanted);
  Task<void> fetch_ahead(BlobKey key, std::uint64_t number, std::optional<std::uint32_t> wanted);
  int ahead_count() const;
  /// Lets one task at a time read the block of this name.
  std::shared_ptr<Gate> turn_for(const std::string& name);
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
  // Blocks that are being read. Each gate is shared by the tasks that want its block.
  std::unordered_map<std::string, std::weak_ptr<Gate>> turns_;
  int ahead_count_ = 0;
  bool closing_ = false;
  TaskGroup ahead_;
};

}  // namespace reprise::blob
