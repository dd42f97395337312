#include "features/tasks/task_rows.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "features/tasks/tasks.hpp"

namespace reprise::tasks {

using access::Reach;
using access::UserId;
using database::DatabaseError;
using database::Failure;
using database::Row;
using database::Transaction;
using task::NewTask;

namespace {

/// $1: the id as its owner knows it; $2: the owner.
constexpr std::string_view kIsIt =
    "owner_id = coalesce($2, owner_id) and (own_id = $1 or (own_id is null and task_id = $1))";

std::vector<task::Step> steps_of(const std::string& text) {
  auto steps = from_json<std::vector<task::Step>>(text);
  if (!steps) throw DatabaseError(Failure::Damaged, "steps_json: " + steps.error().client_message);
  return *std::move(steps);
}

std::optional<std::string> chat_of(const task::Task& task) {
  return task.chat_id ? std::optional(task.chat_id->value) : std::nullopt;
}

/// The neighbour of a position on one side, other than the task itself.
std::optional<std::int64_t> neighbour(Transaction& transaction, const UserId& owner,
                                      const task::Task& task, std::int64_t at, bool above) {
  const auto row = transaction.first(
      above ? "select min(position) from task where owner_id = $1 and position > $2 and "
              "coalesce(own_id, task_id) <> $3"
            : "select max(position) from task where owner_id = $1 and position < $2 and "
              "coalesce(own_id, task_id) <> $3",
      {owner.value, at, task.id.value});
  return row->maybe_integer(0);
}

/// Gives whole numbers to all, in their order. The tasks look different afterwards.
void number_anew(Transaction& transaction, const UserId& owner) {
  const auto all = transaction.run(
      "select task_id from task where owner_id = $1 order by position, task_id", {owner.value});
  std::int64_t position = 0;
  for (const Row& row : all.rows) {
    transaction.run("update task set position = $2, revision = revision + 1 where task_id = $1",
                    {row.text(0), position});
    position += task::kPositionScale;
  }
}

/// The key of the other task that stands at a position.
std::optional<std::string> occupant(Transaction& transaction, const UserId& owner,
                                    const task::Task& task, std::int64_t at) {
  const auto row = transaction.first(
      "select task_id from task where owner_id = $1 and position = $2 and coalesce(own_id, "
      "task_id) <> "
      "$3 order by coalesce(own_id, task_id) limit 1",
      {owner.value, at, task.id.value});
  return row ? std::optional(row->text(0)) : std::nullopt;
}

std::optional<std::int64_t> beside(Transaction& transaction, const UserId& owner,
                                   const task::Task& task, std::int64_t at, bool above) {
  const auto beyond = neighbour(transaction, owner, task, at, above);
  return above ? task::between(at, beyond) : task::between(beyond, at);
}

Result<Added> what_is_there(Transaction& transaction, const UserId& owner, const NewTask& made) {
  const auto key = key_of(transaction, Reach::of(owner), made.id);
  const bool repeated =
      transaction
          .first("select 1 from task where task_id = $1 and created_sha256_hex = $2",
                 {*key, made.created_sha256_hex})
          .has_value();
  task::Task there = *row_of(transaction, Reach::of(owner), made.id);
  if (!repeated && !task::is_already(made.change, there)) {
    return fail(ErrorCode::Conflict, "`id` is that of another task already.", "task-exists");
  }
  return Added{.task = std::move(there), .is_new = false};
}

}  // namespace

task::Task task_of(const Row& row) {
  auto chat = row.maybe_text(6);
  return {.id = TaskId(row.text(0)),
          .title = row.text(1),
          .text = row.text(2),
          .steps = steps_of(row.text(3)),
          .due_utc_ns = row.maybe_integer(4),
          .assignee = row.maybe_text(5),
          .chat_id = chat ? std::optional(session::ChatId(*std::move(chat))) : std::nullopt,
          .done = row.integer(7) != 0,
          .position = row.integer(8),
          .revision = row.integer(9),
          .created_utc_ns = row.integer(10),
          .updated_utc_ns = row.integer(11)};
}

std::optional<task::Task> row_of(Transaction& transaction, const Reach& reach, const TaskId& id) {
  static const std::string sql = fmt::format("select {} from task where {}", kTaskColumns, kIsIt);
  const auto row = transaction.first(sql, {id.value, reach.owner()});
  return row ? std::optional(task_of(*row)) : std::nullopt;
}

std::optional<std::string> key_of(Transaction& transaction, const Reach& reach, const TaskId& id) {
  static const std::string sql = fmt::format("select task_id from task where {}", kIsIt);
  const auto row = transaction.first(sql, {id.value, reach.owner()});
  return row ? std::optional(row->text(0)) : std::nullopt;
}

UserId owner_of(Transaction& transaction, const std::string& key) {
  return UserId(transaction.first("select owner_id from task where task_id = $1", {key})->text(0));
}

Status check_chat(Transaction& transaction, const UserId& owner, const task::Change& change) {
  if (!change.chat_id || !*change.chat_id) return {};
  const auto there = transaction.first("select 1 from chat where chat_id = $1 and owner_id = $2",
                                       {(*change.chat_id)->value, owner.value});
  if (there) return {};
  return fail(ErrorCode::NotFound, "`chat_id` names no chat of yours.");
}

Result<Added> add_row(Transaction& transaction, const UserId& owner, const NewTask& made,
                      std::int64_t now_utc_ns) {
  if (key_of(transaction, Reach::of(owner), made.id)) {
    return what_is_there(transaction, owner, made);
  }
  if (Status chat = check_chat(transaction, owner, made.change); !chat) {
    return std::unexpected(chat.error());
  }
  const auto list = transaction.first(
      "select count(*), max(position), max(created_utc_ns) from task where owner_id = $1",
      {owner.value});
  if (list->integer(0) >= kTasksMax) {
    return fail(ErrorCode::Unprocessable, fmt::format("You have {} tasks already.", kTasksMax),
                "tasks-full");
  }
  const std::int64_t now = later_than(list->maybe_integer(2), now_utc_ns);
  task::Task task{.id = made.id, .created_utc_ns = now, .updated_utc_ns = now};
  task::apply(made.change, task);
  task.position = task::between(list->maybe_integer(1), std::nullopt).value_or(0);
  if (made.change.position) {
    task.position = place_for(transaction, owner, task, *made.change.position);
  }
  // Ids are chosen by clients. That somebody else has one of the same is nobody's business.
  const bool taken =
      transaction.first("select 1 from task where task_id = $1", {task.id.value}).has_value();
  const std::string key = taken ? new_uuid7() : task.id.value;
  transaction.run(
      "insert into task (task_id, owner_id, title, text, steps_json, due_utc_ns, assignee, "
      "chat_id, "
      "done, position, revision, created_sha256_hex, search_text, created_utc_ns, updated_utc_ns, "
      "own_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13, $13, $14)",
      {key, owner.value, task.title, task.text, to_json(task.steps), task.due_utc_ns, task.assignee,
       chat_of(task), std::int64_t{task.done ? 1 : 0}, task.position, made.created_sha256_hex,
       task::search_text(task), now, taken ? std::optional(task.id.value) : std::nullopt});
  return Added{.task = std::move(task)};
}

std::string steps_text(const task::Task& task) { return to_json(task.steps); }

void store_row(Transaction& transaction, const std::string& key, const task::Task& task) {
  transaction.run(
      "update task set title = $2, text = $3, steps_json = $4, due_utc_ns = $5, assignee = $6, "
      "chat_id = $7, done = $8, position = $9, revision = $10, search_text = $11, updated_utc_ns = "
      "$12 where task_id = $1",
      {key, task.title, task.text, to_json(task.steps), task.due_utc_ns, task.assignee,
       chat_of(task), std::int64_t{task.done ? 1 : 0}, task.position, task.revision,
       task::search_text(task), task.updated_utc_ns});
}

std::int64_t place_for(Transaction& transaction, const UserId& owner, const task::Task& task,
                       std::int64_t wish) {
  const auto other = occupant(transaction, owner, task, wish);
  if (!other) return wish;
  const bool goes_down = task.position < wish;
  if (const auto place = beside(transaction, owner, task, wish, goes_down)) return *place;
  number_anew(transaction, owner);
  const std::int64_t moved =
      transaction.first("select position from task where task_id = $1", {*other})->integer(0);
  return beside(transaction, owner, task, moved, goes_down).value_or(moved);
}

}  // namespace reprise::tasks
