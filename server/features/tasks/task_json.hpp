#pragma once

#include <boost/json/object.hpp>

#include "domain/task/task.hpp"
#include "features/tasks/assigned.hpp"

namespace reprise::tasks {

/// The members of the API, with `due_at` and the like as text.
boost::json::object to_api(const task::Task& task);

/// A task of somebody else, for the person who does it.
boost::json::object assigned_json(const Assigned& assigned);

}  // namespace reprise::tasks
