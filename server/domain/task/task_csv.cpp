#include "domain/task/task_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "base/clock.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"

namespace reprise::task {
namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 11> kColumns = {
    "id",      "title", "text",     "steps",      "due_at",    "assignee",
    "chat_id", "done",  "position", "created_at", "updated_at"};
constexpr std::string_view kDone = "[x] ";
constexpr std::string_view kOpen = "[ ] ";
constexpr std::string_view kCriterion = " => ";

/// One line each: whether it is done, its text, and how one sees that it succeeded.
std::string steps_cell(const std::vector<Step>& steps) {
  std::string cell;
  for (const Step& step : steps) {
    if (!cell.empty()) cell += '\n';
    cell += step.done ? kDone : kOpen;
    cell += text::one_line(step.text);
    if (!step.criterion.empty()) {
      cell += kCriterion;
      cell += text::one_line(step.criterion);
    }
  }
  return cell;
}

json::value step_of(std::string_view line) {
  json::object step{{"done", line.starts_with(kDone)}};
  if (line.starts_with(kDone) || line.starts_with(kOpen)) line.remove_prefix(kDone.size());
  const std::size_t arrow = line.find(kCriterion);
  step["text"] = line.substr(0, arrow);
  if (arrow != line.npos) step["criterion"] = line.substr(arrow + kCriterion.size());
  return step;
}

json::array steps_of(std::string_view cell) {
  json::array steps;
  while (!cell.empty()) {
    const std::size_t end = cell.find('\n');
    std::string_view line = cell.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!text::is_white_space(line)) steps.push_back(step_of(line));
    if (end == cell.npos) break;
    cell.remove_prefix(end + 1);
  }
  return steps;
}

Result<json::value> value_of(std::string_view column, const std::string& cell) {
  if (column == "steps") return json::value(steps_of(cell));
  if (column == "done") {
    if (cell == "true" || cell == "TRUE") return json::value(true);
    if (cell == "false" || cell == "FALSE") return json::value(false);
    return fail(ErrorCode::Invalid, "`done` must be true or false.");
  }
  if (column == "position") {
    double number = 0;
    const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (read.ec != std::errc() || read.ptr != cell.data() + cell.size()) {
      return fail(ErrorCode::Invalid, "`position` must be a number.");
    }
    return json::value(number);
  }
  return json::value(cell);
}

/// The body that a client would send for one line. Empty cells are not given.
Result<json::value> body_of(const csv::Cells& head, const csv::Cells& cells) {
  if (cells.size() > head.size()) {
    return fail(ErrorCode::Invalid, "There are more cells than columns.");
  }
  json::object body;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty() || head[i] == "created_at" || head[i] == "updated_at") continue;
    auto value = value_of(head[i], cells[i]);
    if (!value) return value;
    body[head[i]] = *std::move(value);
  }
  return json::value(std::move(body));
}

Status check_head(const csv::Cells& head) {
  for (auto name = head.begin(); name != head.end(); ++name) {
    if (std::ranges::find(kColumns, *name) == kColumns.end()) {
      return fail(ErrorCode::Invalid, fmt::format("The table has an unknown column `{}`.", *name));
    }
    if (std::find(head.begin(), name, *name) != name) {
      return fail(ErrorCode::Invalid, fmt::format("The column `{}` is there twice.", *name));
    }
  }
  if (std::ranges::find(head, "title") != head.end()) return {};
  return fail(ErrorCode::Invalid, "The table must have a column `title` in its first line.");
}

}  // namespace

std::string table_head() { return csv::line({kColumns.begin(), kColumns.end()}); }

std::string table_line(const Task& task) {
  const double position = static_cast<double>(task.position) / static_cast<double>(kPositionScale);
  return csv::line({task.id.value, task.title, task.text, steps_cell(task.steps),
                    task.due_utc_ns ? rfc3339(*task.due_utc_ns) : "", task.assignee.value_or(""),
                    task.chat_id ? task.chat_id->value : "", task.done ? "true" : "false",
                    fmt::format("{}", position), rfc3339(task.created_utc_ns),
                    rfc3339(task.updated_utc_ns)});
}

Result<std::vector<NewTask>> read_table(std::string_view text, const access::UserId& by) {
  const auto rows = csv::read(text, {.rows = kImportMax + 1, .cells = kColumns.size()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::Invalid, "The table is empty.");
  if (Status head = check_head(rows->front()); !head) return std::unexpected(head.error());
  std::vector<NewTask> tasks;
  tasks.reserve(rows->size() - 1);
  for (std::size_t at = 1; at < rows->size(); ++at) {
    const auto body = body_of(rows->front(), (*rows)[at]);
    auto made = body ? read_new(*body, by) : std::unexpected(body.error());
    if (!made) {
      Error error = made.error();
      error.client_message = fmt::format("Row {}: {}", at, error.client_message);
      return std::unexpected(std::move(error));
    }
    tasks.push_back(*std::move(made));
  }
  return tasks;
}

}  // namespace reprise::task
