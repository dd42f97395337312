#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/types.hpp"

namespace reprise::blob {

/// The name of an object: segments of `a-z 0-9 . _ -` that do not begin with a dot, joined by `/`;
/// at most kKeyBytesMax.
using BlobKey = Strong<struct BlobKeyTag, std::string>;
inline constexpr std::size_t kKeyBytesMax = 255;
bool is_valid(const BlobKey& key);

struct BlobInfo {
  BlobKey key;
  std::uint64_t bytes = 0;
  std::int64_t modified_utc_ns = 0;  ///< set by `list` only
};

struct Slice {
  std::uint64_t first = 0;
  /// One past the end; a larger value than the object's size means its end.
  std::uint64_t last = UINT64_MAX;
};

/// What a failure of the store means for later calls.
enum class StoreFailure {
  Passing,  ///< this call did nothing; the next may work (no descriptor, no memory, a path is gone)
  Final,    ///< the disk cannot be trusted, so nothing is written any more until the next start
};

/// The store could not do what it was asked to do. A full disk is not reported by this but as an
/// error.
class StoreFailed : public std::runtime_error {
 public:
  StoreFailed(StoreFailure failure, const std::string& what)
      : std::runtime_error(what), failure_(failure) {}
  StoreFailure failure() const { return failure_; }

 private:
  StoreFailure failure_;
};

/// Immutable objects under a key. Every call has a deadline: work that has not begun by then is not
/// done, and StoreFailed (Passing) is thrown; work of a disk that has begun is waited for. All
/// implementations pass blob_contract_test. Any thread. Keys must be valid (asserted).
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Stores the whole object or nothing. Durable on return, with its directory, even when another
  /// call removes the folder meanwhile. Replaces an object of the same key (callers put the hash of
  /// the content into the key). Errors: StorageFull. Throws StoreFailed.
  virtual Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) = 0;
  /// Reads bytes [first, last). Errors: NotFound. Throws StoreFailed.
  virtual Task<Result<Bytes>> read(BlobKey key, Slice range, Deadline deadline) = 0;
  /// Removes objects, and folders that become empty. An absent object is no error. Throws
  /// StoreFailed.
  virtual Task<void> remove(std::vector<BlobKey> keys, Deadline deadline) = 0;
  /// Removes every object under `prefix/` for good, those in quarantine too. May run several times
  /// at once. Throws StoreFailed.
  virtual Task<void> remove_all(BlobKey prefix, Deadline deadline) = 0;
  /// Every object under `prefix/`, in no order. Throws StoreFailed when anything cannot be read, so
  /// that an error never looks like an empty list.
  virtual Task<std::vector<BlobInfo>> list(BlobKey prefix, Deadline deadline) = 0;
  /// The names one level below `prefix`: the next segment of each key. Throws StoreFailed.
  virtual Task<std::vector<std::string>> children(BlobKey prefix, Deadline deadline) = 0;
  /// Moves an object out of the store to a place from which it can be taken back. An absent object
  /// is no error. Throws StoreFailed.
  virtual Task<void> quarantine(BlobKey key, Deadline deadline) = 0;
  /// The objects in quarantine under `prefix/`; without a prefix, all of them. Throws StoreFailed.
  virtual Task<std::vector<BlobInfo>> quarantined(std::optional<BlobKey> prefix,
                                                  Deadline deadline) = 0;
  /// Moves an object back from quarantine, unless the store has one of that key again. False: it is
  /// not in quarantine. Throws StoreFailed.
  virtual Task<bool> take_back(BlobKey key, Deadline deadline) = 0;
  /// Stores a small object and removes it again, to learn whether `put` would work now. Errors:
  /// StorageFull. Throws StoreFailed.
  virtual Task<Status> probe(Deadline deadline) = 0;
  /// Space left for new objects.
  virtual std::uint64_t free_bytes() const = 0;
  /// Why the store takes no writes (for /readyz); empty while it does. Once set, it stays set.
  virtual std::optional<std::string> broken() const = 0;
};

}  // namespace reprise::blob
