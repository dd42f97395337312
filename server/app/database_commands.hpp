#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/config.hpp"

namespace reprise::app {

/// The flags of `reprise db copy`: `--from` a data directory, `--to` the URL of an empty
/// PostgreSQL database.
const std::vector<Setting>& copy_settings();

/// `reprise db copy`: moves an installation from SQLite to PostgreSQL. The data directory stays as
/// it is and goes on holding the objects. Returns 0, or with one line on standard error 78 for what
/// has to be mended first and 1 for the rest.
int copy_database(const Config& config, std::FILE* out);

}  // namespace reprise::app
