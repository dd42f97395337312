#include "features/tasks/assigned.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "features/tasks/task_rows.hpp"

namespace reprise::tasks {

using access::Action;
using access::UserId;
using database::Row;
using database::Transaction;

namespace {

/// As `task_of` reads them, of a task t under its own key, with who it belongs to.
constexpr std::string_view kAssignedColumns =
    "t.task_id, t.title, t.text, t.steps_json, t.due_utc_ns, t.assignee, null, t.done, t.position, "
    "t.revision, t.created_utc_ns, t.updated_utc_ns, coalesce(o.display_name, ''), t.owner_id";
/// The oldest account that has the address of a task, as with shares.
constexpr std::string_view kIsTheirs =
    "$1 = (select u.user_id from app_user u where u.state = 'active' and lower(u.email) = "
    "lower(t.assignee) order by u.created_utc_ns, u.user_id limit 1)";

Assigned assigned_of(const Row& row) { return {.task = task_of(row), .owner_name = row.text(12)}; }

}  // namespace

std::vector<Assigned> assigned_rows(Transaction& transaction, const UserId& person,
                                    const PageWish& wish, std::int64_t count_max) {
  static const std::string sql = fmt::format(
      "select {} from task t left join app_user o on o.user_id = t.owner_id where "
      "lower(t.assignee) "
      "= (select lower(me.email) from app_user me where me.user_id = $1 and me.email <> '') and {} "
      "and t.owner_id <> $1 and (t.created_utc_ns, t.task_id) < ($2, $3) order by t.created_utc_ns "
      "desc, t.task_id desc limit $4",
      kAssignedColumns, kIsTheirs);
  const PageKey before = newest_first(wish);
  const auto answer = transaction.run(sql, {person.value, before.utc_ns, before.id, count_max});
  std::vector<Assigned> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) found.push_back(assigned_of(row));
  return found;
}

Result<Assigned> tick_step(Transaction& transaction, const access::Principal& who,
                           const std::string& key, const std::string& step_id, bool done,
                           std::int64_t now_utc_ns) {
  static const std::string sql = fmt::format(
      "select {}, case when {} then 1 else 0 end from task t left join app_user o on o.user_id = "
      "t.owner_id where t.task_id = $2",
      kAssignedColumns, kIsTheirs);
  const auto row = transaction.first(sql, {who.user.value, key});
  access::ObjectFacts facts;
  if (row) facts = {.owner = UserId(row->text(13)), .assigned = row->integer(14) != 0};
  if (!access::may(who, Action::TickTask, facts)) {
    return fail(ErrorCode::NotFound, "There is no such task.");
  }
  Assigned found = assigned_of(*row);
  auto& steps = found.task.steps;
  const auto step = std::ranges::find(steps, step_id, &task::Step::id);
  if (step == steps.end()) return fail(ErrorCode::NotFound, "The task has no such step.");
  if (step->done == done) return found;
  step->done = done;
  found.task.revision += 1;
  found.task.updated_utc_ns = later_than(found.task.updated_utc_ns, now_utc_ns);
  transaction.run(
      "update task set steps_json = $2, revision = $3, updated_utc_ns = $4 where task_id = $1",
      {key, steps_text(found.task), found.task.revision, found.task.updated_utc_ns});
  return found;
}

}  // namespace reprise::tasks
