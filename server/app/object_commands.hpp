#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "base/config.hpp"

namespace reprise::app {

/// The flags of `reprise objects copy`: `--from` a data directory, `--blob-store` a bucket.
const std::vector<Setting>& copy_objects_settings();

/// `reprise objects copy`: copies the chunks of a data directory into a bucket, which then belongs
/// to the same installation. The directory is not changed, except that it gets the id of its
/// installation. Returns 0; or, with one line on standard error, 78 when somebody has to change
/// something first, and 1 for other failures: then it can be begun again.
int copy_objects(const Config& config,
                 const std::vector<std::pair<std::string, std::string>>& environment,
                 std::FILE* out);

}  // namespace reprise::app
