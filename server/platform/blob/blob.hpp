#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/byte_range.hpp"
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
  std::int64_t modified_utc_ns = 0;  ///< set by `list` only; by the clock of the store
};

/// A part of a list.
struct BlobPage {
  std::vector<BlobInfo> objects;  ///< sorted by key
  std::string next;               ///< the cursor of the next page; empty: there is none
};
/// Google's limit for a page.
inline constexpr std::size_t kPageMax = 1000;

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

/// Gives the content of an object piece by piece.
class BlobSource {
 public:
  virtual ~BlobSource() = default;
  /// The next piece; empty: the end. What it throws ends the put, and nothing is stored.
  virtual Task<Bytes> next() = 0;
};

class LocalDisk;

/// Immutable objects under a key. Callers put a hash of the content into the key, so that an object
/// that has the key already is the same one, or damaged: then it is replaced. Every call has a
/// deadline: work that has not begun by then is not done, and StoreFailed (Passing) is thrown; work
/// of a disk that has begun is waited for. All implementations pass blob_contract.hpp. Any thread.
/// Keys must be valid (asserted).
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Stores the whole object or nothing. On return it is durable, with its directory, even when
  /// another call removes the folder meanwhile. Errors: StorageFull. Throws StoreFailed.
  virtual Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) = 0;
  /// The same for content that may be larger than memory. `source` outlives the call.
  virtual Task<Result<BlobInfo>> put_stream(BlobKey key, BlobSource& source, Deadline deadline) = 0;
  /// Reads a part of an object, or all of it. A part behind the end is empty. Errors: NotFound.
  /// Throws StoreFailed.
  virtual Task<Result<Bytes>> read(BlobKey key, ByteRange range, Deadline deadline) = 0;
  /// Removes objects, and folders that become empty. An absent object is no error. Throws
  /// StoreFailed.
  virtual Task<void> remove(std::vector<BlobKey> keys, Deadline deadline) = 0;
  /// Removes every object under `prefix/` for good, those in quarantine too. May run several times
  /// at once. Throws StoreFailed.
  virtual Task<void> remove_all(BlobKey prefix, Deadline deadline) = 0;
  /// The objects under `prefix/`, at most `page_max` of them. `cursor`: `next` of the page before;
  /// empty: the first page. Throws StoreFailed when anything cannot be read, so that an error never
  /// looks like an empty list.
  virtual Task<BlobPage> list(BlobKey prefix, std::string cursor, std::size_t page_max,
                              Deadline deadline) = 0;
  /// Learns whether `put` would work now. Leaves nothing. Errors: StorageFull. Throws StoreFailed.
  virtual Task<Status> probe(Deadline deadline) = 0;
  /// Why the store takes no writes (for /readyz); empty while it does. Once set, it stays set.
  virtual std::optional<std::string> broken() const = 0;
  /// What only a disk of our own can do; null for a store elsewhere.
  virtual LocalDisk* disk() { return nullptr; }
};

/// The further abilities of a store on the local disk. Any thread, and deadlines as above.
class LocalDisk {
 public:
  virtual ~LocalDisk() = default;
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
  /// Space left for new objects.
  virtual std::uint64_t free_bytes() const = 0;
};

/// All pages of a list. Throws StoreFailed.
Task<std::vector<BlobInfo>> list_all(BlobStore& store, BlobKey prefix, Deadline deadline);

}  // namespace reprise::blob
