#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

#include "base/config.hpp"

namespace reprise::app {

/// Settings of `reprise backup`, `reprise restore` and `reprise verify backup`.
const std::vector<Setting>& backup_settings();
const std::vector<Setting>& restore_settings();
const std::vector<Setting>& verify_backup_settings();

/// `reprise backup`: saves rows and objects; the server may run. Prints what it did to `out`.
/// Returns the exit code.
int back_up(const Config& config, std::int64_t (*clock)(), std::FILE* out);
/// `reprise restore`: into a data directory that does not exist yet, and with a URL into an empty
/// PostgreSQL.
int restore(const Config& config, std::FILE* out);
/// `reprise verify backup`: opens all that a snapshot names.
int verify_backup(const Config& config, std::FILE* out);

}  // namespace reprise::app
