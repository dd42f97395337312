#pragma once

#include <boost/json/object.hpp>

#include "domain/task/task.hpp"

namespace reprise::tasks {

/// The members of the API, with `due_at` and the like as text.
boost::json::object to_api(const task::Task& task);

}  // namespace reprise::tasks
