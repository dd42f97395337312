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
  std::int64_t modified_utc_ns = 0;  ///< only from `list`
};

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = UINT64_MAX;  ///< one past the end; beyond the object: up to its end
};

/// The store is broken, not merely full: what was being written may be lost. Final (a failed fsync
/// is never tried again).
class StoreFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Immutable objects under a key. All implementations pass blob_contract_test. Any thread. Keys are
/// valid (else an assertion).
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Stores the whole object or nothing; durable on return, with its directory. An object of the
  /// same key is replaced (callers put the content's hash into the key). Errors: StorageFull.
  /// Throws StoreFailed.
  virtual Task<Result<BlobInfo>> put(BlobKey key, Bytes content) = 0;
  /// Reads bytes [first, last). Errors: NotFound. Throws StoreFailed.
  virtual Task<Result<Bytes>> read(BlobKey key, ByteRange range) = 0;
  /// Removes objects; absent ones are no error. Throws StoreFailed.
  virtual Task<void> remove(std::vector<BlobKey> keys) = 0;
  /// Removes every object under `prefix/`. Throws StoreFailed.
  virtual Task<void> remove_all(BlobKey prefix) = 0;
  /// Every object under `prefix/`, in no order.
  virtual Task<std::vector<BlobInfo>> list(BlobKey prefix) = 0;
  /// The names one level below `prefix`: the next segment of each key.
  virtual Task<std::vector<std::string>> children(BlobKey prefix) = 0;
  /// Moves an object out of the store to where an operator can look at it. Absent: no error.
  virtual Task<void> quarantine(BlobKey key) = 0;
  /// Space left for new objects.
  virtual std::uint64_t free_bytes() const = 0;
  /// None while the store takes writes; else why not (for /readyz). Once set, it stays.
  virtual std::optional<std::string> broken() const = 0;
};

}  // namespace reprise::blob
