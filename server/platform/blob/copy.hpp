#pragma once

#include <cstdint>
#include <functional>

#include "platform/blob/blob.hpp"

namespace reprise::blob {

struct CopiedObjects {
  std::int64_t objects = 0;  ///< read back from the target and compared
  std::int64_t added = 0;    ///< that the target did not have, or had with other bytes
  std::int64_t bytes = 0;
};

/// Copies all objects under `prefix/` from a store on the local disk. Each is read back from the
/// target and compared byte by byte, those too that are there already: so it may be stopped at any
/// time and begun again. Nothing is removed. `progress` is called after each folder. Both stores
/// outlive the call. Throws StoreFailed when an object cannot be read, stored or read back.
Task<CopiedObjects> copy_objects(BlobStore& from, BlobStore& to, BlobKey prefix,
                                 std::function<void(const CopiedObjects&)> progress);

}  // namespace reprise::blob
