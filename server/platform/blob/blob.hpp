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

struct Slice {
  std::uint64_t first = 0;
  std::uint64_t last = UINT64_MAX;  ///< one past the end; beyond the object: up to its end
};

/// What a failure of the store means for what comes after it.
enum class StoreFailure {
  Passing,  ///< this call did nothing; the next may work (no descriptor, no memory, a path away)
  Final,    ///< the disk lies, so nothing is written any more until the next start
};

/// The store could not do what it was asked; a full disk is an answer, not this.
class StoreFailed : public std::runtime_error {
 public:
  StoreFailed(StoreFailure failure, const std::string& what)
      : std::runtime_error(what), failure_(failure) {}
  StoreFailure failure() const { return failure_; }

 private:
  StoreFailure failure_;
};

/// Immutable objects under a key. All implementations pass blob_contract_test. Any thread. Keys are
/// valid (else an assertion).
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Stores the whole object or nothing; durable on return, with its directory, also when the
  /// folder is removed meanwhile. An object of the same key is replaced (callers put the content's
  /// hash into the key). Errors: StorageFull. Throws StoreFailed.
  virtual Task<Result<BlobInfo>> put(BlobKey key, Bytes content) = 0;
  /// Reads bytes [first, last). Errors: NotFound. Throws StoreFailed.
  virtual Task<Result<Bytes>> read(BlobKey key, Slice range) = 0;
  /// Removes objects, and the folders that become empty; absent ones are no error. Throws
  /// StoreFailed.
  virtual Task<void> remove(std::vector<BlobKey> keys) = 0;
  /// Removes every object under `prefix/` for good, those in quarantine too. Several may do it at
  /// once. Throws StoreFailed.
  virtual Task<void> remove_all(BlobKey prefix) = 0;
  /// Every object under `prefix/`, in no order. Throws StoreFailed: what cannot be looked at is not
  /// an empty list.
  virtual Task<std::vector<BlobInfo>> list(BlobKey prefix) = 0;
  /// The names one level below `prefix`: the next segment of each key. Throws StoreFailed.
  virtual Task<std::vector<std::string>> children(BlobKey prefix) = 0;
  /// Moves an object out of the store to where it can be taken back from. Absent: no error. Throws
  /// StoreFailed.
  virtual Task<void> quarantine(BlobKey key) = 0;
  /// What lies in quarantine under `prefix/`; none: all of it. Throws StoreFailed.
  virtual Task<std::vector<BlobInfo>> quarantined(std::optional<BlobKey> prefix) = 0;
  /// Takes an object back from quarantine, unless there is one of that key again. False: it is not
  /// there. Throws StoreFailed.
  virtual Task<bool> take_back(BlobKey key) = 0;
  /// Stores a small thing and removes it again: whether `put` would work now. Errors: StorageFull.
  /// Throws StoreFailed.
  virtual Task<Status> probe() = 0;
  /// Space left for new objects.
  virtual std::uint64_t free_bytes() const = 0;
  /// None while the store takes writes; else why not (for /readyz). Once set, it stays.
  virtual std::optional<std::string> broken() const = 0;
};

}  // namespace reprise::blob
