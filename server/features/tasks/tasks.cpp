#include "features/tasks/tasks.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/clock.hpp"
#include "domain/access/hold.hpp"
#include "domain/task/task_csv.hpp"
#include "features/tasks/task_rows.hpp"

namespace reprise::tasks {

using access::Reach;
using access::UserId;
using database::Row;
using database::Transaction;
using task::NewTask;

namespace {

std::unexpected<Error> no_such_task() {
  return fail(ErrorCode::NotFound, "There is no such task.");
}

std::string_view key_of(Order order) {
  switch (order) {
    case Order::Position:
      return "position";
    case Order::Due:
      return "coalesce(due_utc_ns, 9223372036854775807)";
    case Order::Created:
      return "-created_utc_ns";
  }
  return "position";
}

std::int64_t key_of(Order order, const task::Task& task) {
  switch (order) {
    case Order::Position:
      return task.position;
    case Order::Due:
      return task.due_utc_ns.value_or(std::numeric_limits<std::int64_t>::max());
    case Order::Created:
      return -task.created_utc_ns;
  }
  return task.position;
}

std::optional<std::int64_t> flag(std::optional<bool> on) {
  return on ? std::optional<std::int64_t>(*on ? 1 : 0) : std::nullopt;
}

/// Errors: NotFound; Conflict `etag-mismatch`.
Result<task::Task> held(Transaction& transaction, const Reach& reach, const TaskId& id,
                        const std::optional<std::string>& if_match) {
  auto task = row_of(transaction, reach, id);
  if (!task) return no_such_task();
  if (if_match && !task::matches(*if_match, task->revision)) {
    return fail(ErrorCode::Conflict,
                "The task has been changed meanwhile. Load it again (`If-Match` names another "
                "version).",
                "etag-mismatch");
  }
  return *std::move(task);
}

Session session_of(const Row& row) {
  return {.id = session::LiveSessionId(row.text(0)),
          .created_utc_ns = row.integer(1),
          .ended_utc_ns = row.maybe_integer(2),
          .reason = row.maybe_text(3),
          .recording_id = row.maybe_text(4),
          .recording_state = row.maybe_text(5).value_or(""),
          .duration_ns = row.maybe_integer(6)};
}

}  // namespace

Task<Result<task::Task>> Tasks::create(UserId owner, NewTask made, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    auto added = add_row(transaction, owner, made, now);
    return added ? Result<task::Task>(std::move(added->task)) : std::unexpected(added.error());
  });
}

Task<Result<Imported>> Tasks::import(UserId owner, std::vector<NewTask> made, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<Imported> {
    Imported sum;
    task::WrongLines wrong;
    for (const NewTask& one : made) {
      const auto added = add_row(transaction, owner, one, now);
      if (added) {
        (added->is_new ? sum.imported : sum.known) += 1;
        continue;
      }
      wrong.add(one.line, added.error());
      if (added.error().type == "tasks-full") break;  // so are all that follow
    }
    if (!wrong.empty()) return std::unexpected(wrong.error());
    return sum;
  });
}

Task<Page<task::Task>> Tasks::list(UserId owner, Filter filter, PageWish wish, Deadline deadline) {
  const std::string sql = fmt::format(
      "select {1} from task where owner_id = $1 and ({0}, coalesce(own_id, task_id)) > ($2, $3) "
      "and done = "
      "coalesce($4, done) and coalesce(assignee, '') = coalesce($5, assignee, '') and "
      "coalesce(chat_id, '') = coalesce($6, chat_id, '') and search_text like coalesce($7, '%') "
      "order by {0}, coalesce(own_id, task_id) limit $8",
      key_of(filter.order), kTaskColumns);
  const PageKey after =
      wish.after.value_or(PageKey{.utc_ns = std::numeric_limits<std::int64_t>::min(), .id = {}});
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    const auto answer =
        transaction.run(sql, {owner.value, after.utc_ns, after.id, flag(filter.done),
                              filter.assignee, filter.chat_id, filter.pattern, wish.limit + 1});
    std::vector<task::Task> found;
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(task_of(row));
    return page_of(std::move(found), wish, [&filter](const task::Task& last) {
      return PageKey{.utc_ns = key_of(filter.order, last), .id = last.id.value};
    });
  });
}

Task<Result<task::Task>> Tasks::find(Reach reach, TaskId id, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Result<task::Task> {
    auto found = row_of(transaction, reach, id);
    if (!found) return no_such_task();
    return *std::move(found);
  });
}

Task<Result<task::Task>> Tasks::change(Reach reach, TaskId id, task::Change change,
                                       std::optional<std::string> if_match, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Result<task::Task> {
    auto task = held(transaction, reach, id, if_match);
    if (!task) return task;
    const auto key = key_of(transaction, reach, id);
    const UserId owner = owner_of(transaction, *key);
    if (Status chat = check_chat(transaction, owner, change); !chat) {
      return std::unexpected(chat.error());
    }
    task::apply(change, *task);
    if (change.position) {
      task->position = place_for(transaction, owner, *task, *change.position);
    }
    task->revision += 1;
    task->updated_utc_ns = later_than(task->updated_utc_ns, now);
    store_row(transaction, *key, *task);
    return task;
  });
}

Task<Status> Tasks::remove(Reach reach, TaskId id, std::optional<std::string> if_match,
                           Deadline deadline) {
  co_return co_await database_.write_freeing(deadline, [&](Transaction& transaction) -> Status {
    const auto task = held(transaction, reach, id, if_match);
    if (!task) return std::unexpected(task.error());
    if (transaction.first(access::kHeldByAdmin, {reach.owner()})) return access::held_by_admin();
    transaction.run("delete from task where task_id = $1", {*key_of(transaction, reach, id)});
    return {};
  });
}

Task<Page<Assigned>> Tasks::assigned(UserId person, PageWish wish, Deadline deadline) {
  co_return co_await database_.read(deadline, [&](Transaction& transaction) {
    return page_of(assigned_rows(transaction, person, wish, wish.limit + 1), wish,
                   [](const Assigned& last) {
                     return PageKey{.utc_ns = last.task.created_utc_ns, .id = last.task.id.value};
                   });
  });
}

Task<Result<Assigned>> Tasks::tick(access::Principal who, std::string key, std::string step_id,
                                   bool done, Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) {
    return tick_step(transaction, who, key, step_id, done, now);
  });
}

Task<Result<std::vector<Session>>> Tasks::sessions(Reach reach, TaskId id, Deadline deadline) {
  using Found = Result<std::vector<Session>>;
  co_return co_await database_.read(deadline, [&](Transaction& transaction) -> Found {
    const auto key = key_of(transaction, reach, id);
    if (!key) return no_such_task();
    const auto answer = transaction.run(
        "select s.live_session_id, s.created_utc_ns, s.ended_utc_ns, s.reason, r.recording_id, "
        "r.state, (select max(v.duration_ns) from recording_view v where v.recording_id = "
        "r.recording_id) from task_session t join live_session s on s.live_session_id = "
        "t.live_session_id left join recording r on r.live_session_id = s.live_session_id and "
        "r.state <> 'erased' where t.task_id = $1 order by s.created_utc_ns desc, "
        "s.live_session_id desc",
        {*key});
    std::vector<Session> found;
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(session_of(row));
    return found;
  });
}

Task<Status> Tasks::add_session(Reach reach, TaskId id, session::LiveSessionId live,
                                Deadline deadline) {
  const std::int64_t now = now_();
  co_return co_await database_.write(deadline, [&](Transaction& transaction) -> Status {
    const auto key = key_of(transaction, reach, id);
    if (!key) return no_such_task();
    const auto count = transaction.first(
        "select count(*), sum(case when live_session_id = $2 then 1 else 0 end) from task_session "
        "where task_id = $1",
        {*key, live.value});
    if (count->integer(0) >= kSessionsMax && count->maybe_integer(1).value_or(0) == 0) {
      return fail(ErrorCode::Unprocessable,
                  fmt::format("A task has at most {} live sessions.", kSessionsMax),
                  "sessions-full");
    }
    const auto there = transaction.first(
        "select 1 from live_session s join task t on t.owner_id = s.owner_id where "
        "s.live_session_id = $1 and t.task_id = $2",
        {live.value, *key});
    if (!there) return fail(ErrorCode::NotFound, "There is no such live session.");
    transaction.run(
        "insert into task_session (task_id, live_session_id, created_utc_ns) values ($1, $2, $3) "
        "on conflict do nothing",
        {*key, live.value, now});
    return {};
  });
}

}  // namespace reprise::tasks
