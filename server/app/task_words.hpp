#pragma once

#include "features/live/live.hpp"
#include "features/tasks/tasks.hpp"

namespace reprise::app {

/// What the models of live sessions are told of tasks. `tasks` outlives every call.
live::WordsOfTask task_words(tasks::Tasks& tasks);

}  // namespace reprise::app
