#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/page.hpp"
#include "domain/access/principal.hpp"
#include "domain/task/task.hpp"
#include "platform/database/database.hpp"

namespace reprise::tasks {

/// A task of somebody else, whose `assignee` is the address of the person who asks. Its id is that
/// of the row, since two people may have tasks of the same id.
struct Assigned {
  task::Task task;
  std::string owner_name;
};

/// Those of a person, the newest first.
std::vector<Assigned> assigned_rows(database::Transaction& transaction,
                                    const access::UserId& person, const PageWish& wish,
                                    std::int64_t count_max);

/// Ticks one step, or takes its tick away: whoever the task is assigned to, or its owner. Errors:
/// NotFound.
Result<Assigned> tick_step(database::Transaction& transaction, const access::Principal& who,
                           const std::string& key, const std::string& step_id, bool done,
                           std::int64_t now_utc_ns);

}  // namespace reprise::tasks
