#pragma once

#include <cstddef>
#include <cstdint>

#include "base/types.hpp"

namespace reprise::app {

/// How many connections the app may hold open under a limit of open files, at most
/// `connections_max`. Each connection may also read a file; some descriptors are reserved for the
/// database, the store, the folds and the ops listener. Errors: Invalid, a sentence for the
/// operator, when too few are left to run at all.
Result<std::size_t> connections_for(std::uint64_t open_files_max, std::size_t connections_max);

/// Raises this process's soft limit of open files to the hard one. Returns the new limit.
std::uint64_t raise_open_files();

}  // namespace reprise::app
