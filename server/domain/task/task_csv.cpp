#include "domain/task/task_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <locale>
#include <span>

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
constexpr std::string_view kGoesOn = "    ";

std::string lower(std::string_view text) {
  return boost::algorithm::to_lower_copy(std::string(text), std::locale::classic());
}

/// `=>` within a text gets one more `=`, so that ` => ` always stands before the criterion.
std::string with_longer_arrows(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    const bool is_last = text[at] == '=' && at + 1 < text.size() && text[at + 1] == '>';
    if (is_last) out += '=';
  }
  return out;
}
std::string with_shorter_arrows(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("==>")) continue;
    out += text[at];
  }
  return out;
}

/// A text of several lines goes on in lines that begin with blanks.
void add_lines(std::string& cell, std::string_view text) {
  for (const char c : with_longer_arrows(text)) {
    cell += c;
    if (c == '\n') cell += kGoesOn;
  }
}

/// One line each: whether it is done, its text, and how one sees that it succeeded.
std::string steps_cell(const std::vector<Step>& steps) {
  std::string cell;
  for (const Step& step : steps) {
    if (!cell.empty()) cell += '\n';
    cell += step.done ? kDone : kOpen;
    add_lines(cell, step.text);
    if (!step.criterion.empty()) {
      cell += kCriterion;
      add_lines(cell, step.criterion);
    }
  }
  return cell;
}

json::value step_of(std::string_view line) {
  json::object step{{"done", line.starts_with(kDone)}};
  if (line.starts_with(kDone) || line.starts_with(kOpen)) line.remove_prefix(kDone.size());
  const std::size_t arrow = line.find(kCriterion);
  step["text"] = with_shorter_arrows(line.substr(0, arrow));
  if (arrow != line.npos) {
    step["criterion"] = with_shorter_arrows(line.substr(arrow + kCriterion.size()));
  }
  return step;
}

json::array steps_of(std::string_view cell) {
  std::vector<std::string> lines;
  while (!cell.empty()) {
    const std::size_t end = cell.find('\n');
    std::string_view line = cell.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!lines.empty() && line.starts_with(kGoesOn)) {
      line.remove_prefix(kGoesOn.size());
      (lines.back() += '\n') += line;
    } else if (!text::is_white_space(line)) {
      lines.emplace_back(line);
    }
    if (end == cell.npos) break;
    cell.remove_prefix(end + 1);
  }
  json::array steps;
  steps.reserve(lines.size());
  for (const std::string& line : lines) steps.push_back(step_of(line));
  return steps;
}

Result<json::value> value_of(std::string_view column, const std::string& cell) {
  if (column == "steps") return json::value(steps_of(cell));
  if (column == "done") {
    const std::string word = lower(text::trimmed(cell));
    if (word == "true" || word == "false") return json::value(word == "true");
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
  json::object body;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i >= head.size() && !cells[i].empty()) {
      return fail(ErrorCode::Invalid, "There are more cells than columns.");
    }
    if (cells[i].empty() || head[i] == "created_at" || head[i] == "updated_at") continue;
    auto value = value_of(head[i], cells[i]);
    if (!value) return value;
    body[head[i]] = *std::move(value);
  }
  return json::value(std::move(body));
}

/// The names of the columns, as they are ours. Errors: Invalid.
Result<csv::Cells> head_of(const csv::Cells& first) {
  csv::Cells head;
  head.reserve(first.size());
  for (const std::string& name : first) head.push_back(lower(text::trimmed(name)));
  while (!head.empty() && head.back().empty()) head.pop_back();
  for (auto name = head.begin(); name != head.end(); ++name) {
    if (std::ranges::find(kColumns, *name) == kColumns.end()) {
      return fail(ErrorCode::Invalid, fmt::format("The table has an unknown column `{}`.", *name));
    }
    if (std::find(head.begin(), name, *name) != name) {
      return fail(ErrorCode::Invalid, fmt::format("The column `{}` is there twice.", *name));
    }
  }
  if (std::ranges::find(head, "title") != head.end()) return head;
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

void WrongLines::add(std::size_t line, const Error& why) {
  if (count_ == 0) first_ = why;
  if (++count_ <= kWrongLinesMax) {
    words_ += fmt::format("\nLine {}: {}", line, why.client_message);
  }
}

Error WrongLines::error() const {
  if (count_ == 1) {
    Error one = first_;
    one.client_message = words_.substr(1);
    return one;
  }
  std::string words = fmt::format("{} lines are wrong.{}", count_, words_);
  if (count_ > kWrongLinesMax) words += fmt::format("\nAnd {} more.", count_ - kWrongLinesMax);
  return {ErrorCode::Invalid, std::move(words)};
}

Result<std::vector<NewTask>> read_table(std::string_view text, const access::UserId& by) {
  const auto rows = csv::read(text, {.rows = kImportMax + 1});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::Invalid, "The table is empty.");
  const auto head = head_of(rows->front().cells);
  if (!head) return std::unexpected(head.error());
  std::vector<NewTask> tasks;
  tasks.reserve(rows->size() - 1);
  WrongLines wrong;
  for (const csv::Row& row : std::span(*rows).subspan(1)) {
    const auto body = body_of(*head, row.cells);
    auto made = body ? read_new(*body, by) : std::unexpected(body.error());
    if (!made) {
      wrong.add(row.line, made.error());
      continue;
    }
    made->line = row.line;
    tasks.push_back(*std::move(made));
  }
  if (!wrong.empty()) return std::unexpected(wrong.error());
  return tasks;
}

}  // namespace reprise::task
