#pragma once

// The rows of tasks, within a transaction.

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/access/reach.hpp"
#include "domain/task/task.hpp"
#include "platform/database/database.hpp"

namespace reprise::tasks {

/// The columns that `task_of` reads.
inline constexpr std::string_view kTaskColumns =
    "coalesce(own_id, task_id), title, text, steps_json, due_utc_ns, assignee, chat_id, done, "
    "position, revision, "
    "created_utc_ns, updated_utc_ns";
task::Task task_of(const database::Row& row);

/// Empty: absent, or out of reach.
std::optional<task::Task> row_of(database::Transaction& transaction, const access::Reach& reach,
                                 const task::TaskId& id);
/// By what tables know a task. It is the id, unless somebody else's task had it first. Empty: as
/// above.
std::optional<std::string> key_of(database::Transaction& transaction, const access::Reach& reach,
                                  const task::TaskId& id);
/// Of a task that is there, by its key.
access::UserId owner_of(database::Transaction& transaction, const std::string& key);

struct Added {
  task::Task task;
  bool is_new = true;
};
/// Errors: NotFound for the chat; Conflict `task-exists`; Unprocessable `tasks-full`.
Result<Added> add_row(database::Transaction& transaction, const access::UserId& owner,
                      const task::NewTask& made, std::int64_t now_utc_ns);
/// The steps as they are kept.
std::string steps_text(const task::Task& task);
/// Writes all members of a task that is there.
void store_row(database::Transaction& transaction, const std::string& key, const task::Task& task);

/// Errors: NotFound when the change names a chat that is not the owner's.
Status check_chat(database::Transaction& transaction, const access::UserId& owner,
                  const task::Change& change);

/// Where a task goes that is to stand at `wish`. Where another one stands, it goes to the far side
/// of it, as seen from where it comes from. Numbers the list anew when there is no room.
std::int64_t place_for(database::Transaction& transaction, const access::UserId& owner,
                       const task::Task& task, std::int64_t wish);

}  // namespace reprise::tasks
