#include "features/tasks/task_json.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::tasks {
namespace json = boost::json;

namespace {

json::value time_or_null(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? json::value(rfc3339(*utc_ns)) : json::value(nullptr);
}

json::value position_json(std::int64_t position) {
  if (position % task::kPositionScale == 0) return position / task::kPositionScale;
  return static_cast<double>(position) / static_cast<double>(task::kPositionScale);
}

}  // namespace

json::object to_api(const task::Task& task) {
  return {{"id", task.id.value},
          {"title", task.title},
          {"text", task.text},
          {"steps", to_json_value(task.steps)},
          {"due_at", time_or_null(task.due_utc_ns)},
          {"assignee", task.assignee ? json::value(*task.assignee) : json::value(nullptr)},
          {"chat_id", task.chat_id ? json::value(task.chat_id->value) : json::value(nullptr)},
          {"done", task.done},
          {"position", position_json(task.position)},
          {"created_at", rfc3339(task.created_utc_ns)},
          {"updated_at", rfc3339(task.updated_utc_ns)}};
}

json::object assigned_json(const Assigned& assigned) {
  json::object all = to_api(assigned.task);
  for (const char* of_the_owner : {"assignee", "chat_id", "position"}) all.erase(of_the_owner);
  all["owner_name"] = assigned.owner_name;
  return all;
}

}  // namespace reprise::tasks
