#pragma once

#include <vector>

#include "app/doctor_machine.hpp"
#include "app/settings.hpp"

namespace reprise::app {

/// Looks at the rows: whether they can be read, whether their schema is the one of this program,
/// and what PostgreSQL is set to. Changes nothing; a server may run on them. Blocks for a minute at
/// most.
std::vector<Finding> examine_database(const ServeOptions& options);

}  // namespace reprise::app
