#pragma once

#include <filesystem>
#include <memory>

#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Objects as files under `root`. A file is written under a temporary name, fsynced and renamed;
/// then its directory is fsynced. `pool` outlives the store. Removes temporary files that a killed
/// process has left. Throws std::system_error when `root` cannot be made.
std::unique_ptr<BlobStore> open_local_store(std::filesystem::path root, BlockingPool& pool);

}  // namespace reprise::blob
