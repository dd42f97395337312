#pragma once

#include <vector>

#include "base/async.hpp"

namespace reprise {

/// Runs tasks at the same time on the caller's executor and waits for all of them. Then rethrows
/// what the first of them in the list threw, if one did. A cancellation of the caller reaches none
/// of them: each ends by its own deadline. So the tasks may refer to the caller's frame.
Task<void> run_together(std::vector<Task<void>> tasks);

}  // namespace reprise
