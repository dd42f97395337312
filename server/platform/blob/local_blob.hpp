#pragma once

#include <filesystem>
#include <memory>

#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Objects as files under `root`: written under a temporary name, fsynced, renamed, directory
/// fsynced. `pool` outlives the store. What a killed process left under temporary names is removed
/// here. Throws std::system_error when `root` cannot be made.
std::unique_ptr<BlobStore> open_local_store(std::filesystem::path root, BlockingPool& pool);

}  // namespace reprise::blob
