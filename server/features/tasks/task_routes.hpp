#pragma once

#include "base/async.hpp"
#include "features/tasks/tasks.hpp"
#include "platform/http/http.hpp"

namespace reprise::tasks {

/// `/api/tasks` and everything below it (api/openapi.yaml, "tasks"). `tasks` and `reads` outlive
/// the routes. `reads` is for the JSON of lists.
http::Routes task_routes(Tasks& tasks, BlockingPool& reads);

}  // namespace reprise::tasks
