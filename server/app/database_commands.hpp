#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/config.hpp"

namespace reprise::app {

/// The flags of `reprise db copy`: `--from` a data directory, `--to` the URL of an empty
/// PostgreSQL database.
const std::vector<Setting>& copy_settings();

/// `reprise db copy`: moves an installation from SQLite to PostgreSQL. The data directory is not
/// changed and still holds the objects. Returns 0; or, with one line on standard error, 78 when
/// somebody has to change something first, and 1 for other failures.
int copy_database(const Config& config, std::FILE* out);

}  // namespace reprise::app
