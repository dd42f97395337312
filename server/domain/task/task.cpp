#include "domain/task/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/lookup_words.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::task {
namespace json = boost::json;

namespace {

struct StepBody {
  std::optional<std::string> id;
  std::string text;
  std::optional<std::string> criterion;
  std::optional<bool> done;
};
BOOST_DESCRIBE_STRUCT(StepBody, (), (id, text, criterion, done))

struct TaskBody {
  std::optional<std::string> id;
  std::optional<std::string> title;
  std::optional<std::string> text;
  std::optional<std::vector<StepBody>> steps;
  std::optional<std::string> due_at;
  std::optional<std::string> assignee;
  std::optional<std::string> chat_id;
  std::optional<bool> done;
  std::optional<double> position;
};
BOOST_DESCRIBE_STRUCT(TaskBody, (),
                      (id, title, text, steps, due_at, assignee, chat_id, done, position))

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

Result<std::string> clean(std::string_view name, std::string_view text, std::size_t most) {
  if (!is_utf8(text)) return fail(ErrorCode::Invalid, fmt::format("`{}` must be UTF-8.", name));
  text = text::trimmed(text);
  if (utf8_length(text) > most) {
    return fail(ErrorCode::Invalid,
                fmt::format("`{}` must have at most {} characters.", name, most));
  }
  for (const char c : text) {
    if (is_control(c)) {
      return fail(ErrorCode::Invalid, fmt::format("`{}` must not hold control characters.", name));
    }
  }
  return std::string(text);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<std::string> uuid(std::string_view name, std::string text) {
  text = lower(std::move(text));
  if (is_uuid(text)) return text;
  return fail(ErrorCode::Invalid, fmt::format("`{}` must be a UUID.", name));
}

Result<Step> step_of(const StepBody& body, std::size_t at) {
  const auto place = [at](const char* member) { return fmt::format("steps[{}].{}", at, member); };
  Step step{.done = body.done.value_or(false)};
  auto id = body.id ? uuid(place("id"), *body.id) : Result<std::string>(new_uuid7());
  if (!id) return std::unexpected(id.error());
  step.id = *std::move(id);
  auto text = clean(place("text"), body.text, kStepCharactersMax);
  if (!text) return std::unexpected(text.error());
  if (!text::is_visible(*text)) {
    return fail(ErrorCode::Invalid, fmt::format("`{}` must not be empty.", place("text")));
  }
  step.text = *std::move(text);
  auto criterion = clean(place("criterion"), body.criterion.value_or(""), kStepCharactersMax);
  if (!criterion) return std::unexpected(criterion.error());
  step.criterion = *std::move(criterion);
  return step;
}

Result<std::vector<Step>> steps_of(const std::vector<StepBody>& bodies) {
  if (bodies.size() > kStepsMax) {
    return fail(ErrorCode::Invalid, fmt::format("`steps` must have at most {}.", kStepsMax));
  }
  std::vector<Step> steps;
  steps.reserve(bodies.size());
  std::set<std::string> ids;
  for (const StepBody& body : bodies) {
    auto step = step_of(body, steps.size());
    if (!step) return std::unexpected(step.error());
    if (!ids.insert(step->id).second) {
      return fail(ErrorCode::Invalid,
                  fmt::format("`steps[{}].id` is that of another step.", steps.size()));
    }
    steps.push_back(*std::move(step));
  }
  return steps;
}

Result<std::int64_t> position_of(double position) {
  if (!(std::abs(position) <= kPositionMax)) {  // nor is it NaN
    return fail(ErrorCode::Invalid, "`position` must lie between -1000000000 and 1000000000.");
  }
  return std::llround(position * static_cast<double>(kPositionScale));
}

Result<std::string> assignee_of(std::string_view text, const access::UserId& by) {
  auto who = clean("assignee", text, kAssigneeCharactersMax);
  if (!who) return who;
  if (!text::is_visible(*who)) {
    return fail(ErrorCode::Invalid, "`assignee` must name somebody; null takes it away.");
  }
  if (std::string id = lower(*who); is_uuid(id)) {
    if (id != by.value) return fail(ErrorCode::Unprocessable, "`assignee` is nobody you know.");
    return id;
  }
  return who;
}

/// Whether the body says that the member is to be taken away.
bool is_null(const json::value& body, std::string_view member) {
  const json::value* held = body.get_object().if_contains(member);
  return held != nullptr && held->is_null();
}

Status read_nullable(const json::value& whole, const TaskBody& body, const access::UserId& by,
                     Change& change) {
  if (is_null(whole, "due_at")) change.due_utc_ns.emplace();
  if (body.due_at) {
    const auto due = parse_rfc3339(*body.due_at);
    if (!due) return fail(ErrorCode::Invalid, "`due_at` must be a time (RFC 3339).");
    change.due_utc_ns = *due;
  }
  if (is_null(whole, "assignee")) change.assignee.emplace();
  if (body.assignee) {
    auto who = assignee_of(*body.assignee, by);
    if (!who) return std::unexpected(who.error());
    change.assignee = *std::move(who);
  }
  if (is_null(whole, "chat_id")) change.chat_id.emplace();
  if (body.chat_id) {
    auto id = uuid("chat_id", *body.chat_id);
    if (!id) return std::unexpected(id.error());
    change.chat_id = session::ChatId(*std::move(id));
  }
  return {};
}

Result<Change> change_of(const json::value& whole, const TaskBody& body, const access::UserId& by) {
  Change change{.done = body.done};
  if (body.title) {
    auto title = session::given_title(*body.title);
    if (!title) return std::unexpected(title.error());
    change.title = *std::move(title);
  }
  if (body.text) {
    auto text = clean("text", *body.text, kTextCharactersMax);
    if (!text) return std::unexpected(text.error());
    change.text = *std::move(text);
  }
  if (body.steps) {
    auto steps = steps_of(*body.steps);
    if (!steps) return std::unexpected(steps.error());
    change.steps = *std::move(steps);
  }
  if (body.position) {
    const auto position = position_of(*body.position);
    if (!position) return std::unexpected(position.error());
    change.position = *position;
  }
  if (Status read = read_nullable(whole, body, by, change); !read) {
    return std::unexpected(read.error());
  }
  return change;
}

void add_words(std::string& folded, std::string_view text) {
  for (const text::LookupWord& word : text::lookup_words(text)) {
    if (!word.continues && !folded.empty()) folded += ' ';
    folded += word.folded;
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Change> read_change(const json::value& body, const access::UserId& by) {
  const auto read = from_json_value<TaskBody>(body);
  if (!read) return std::unexpected(read.error());
  if (read->id) return fail(ErrorCode::Invalid, "`id` cannot be changed.");
  for (const std::string_view member : {"title", "text", "steps", "position", "done"}) {
    if (is_null(body, member)) {
      return fail(ErrorCode::Invalid, fmt::format("`{}` cannot be taken away.", member));
    }
  }
  return change_of(body, *read, by);
}

Result<NewTask> read_new(const json::value& body, const access::UserId& by) {
  const auto read = from_json_value<TaskBody>(body);
  if (!read) return std::unexpected(read.error());
  if (!read->title) return fail(ErrorCode::Invalid, "`title` is missing.");
  auto id = read->id ? uuid("id", *read->id) : Result<std::string>(new_uuid7());
  if (!id) return std::unexpected(id.error());
  auto change = change_of(body, *read, by);
  if (!change) return std::unexpected(change.error());
  return NewTask{.id = TaskId(*std::move(id)),
                 .change = *std::move(change),
                 .created_sha256_hex = hex(sha256(as_bytes(json::serialize(body))))};
}

void apply(const Change& change, Task& task) {
  if (change.title) task.title = *change.title;
  if (change.text) task.text = *change.text;
  if (change.steps) task.steps = *change.steps;
  if (change.due_utc_ns) task.due_utc_ns = *change.due_utc_ns;
  if (change.assignee) task.assignee = *change.assignee;
  if (change.chat_id) task.chat_id = *change.chat_id;
  if (change.done) task.done = *change.done;
}

bool is_already(const Change& change, const Task& task) {
  Task changed = task;
  apply(change, changed);
  const auto same_step = [](const Step& one, const Step& other) {
    return std::tie(one.text, one.criterion, one.done) ==
           std::tie(other.text, other.criterion, other.done);
  };
  const auto all = [](const Task& of) {
    return std::tie(of.title, of.text, of.due_utc_ns, of.assignee, of.chat_id, of.done);
  };
  return all(changed) == all(task) && change.position.value_or(task.position) == task.position &&
         std::ranges::equal(changed.steps, task.steps, same_step);
}

std::string etag_of(std::int64_t revision) { return fmt::format("\"{}\"", revision); }

bool matches(std::string_view if_match, std::int64_t revision) {
  const std::string wanted = etag_of(revision);
  while (!if_match.empty()) {
    const std::size_t comma = if_match.find(',');
    std::string_view one = trimmed(if_match.substr(0, comma));
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == wanted) return true;
    if (comma == if_match.npos) return false;
    if_match.remove_prefix(comma + 1);
  }
  return false;
}

Result<std::string> words_for_model(const Task& task) {
  std::string words = "The person does this task, and you take part in it: " + task.title;
  if (!task.text.empty()) words += "\n" + task.text;
  if (!task.steps.empty()) words += "\nIts steps:";
  for (std::size_t i = 0; i < task.steps.size(); ++i) {
    const Step& step = task.steps[i];
    words += fmt::format("\n{}. {}", i + 1, step.text);
    if (!step.criterion.empty()) words += fmt::format(" (done when: {})", step.criterion);
  }
  if (utf8_length(words) > kModelWordsCharactersMax) {
    return fail(ErrorCode::Unprocessable,
                fmt::format("The task has more than {} characters, too many to tell a model.",
                            kModelWordsCharactersMax),
                "task-too-long");
  }
  return words;
}

std::string search_text(const Task& task) {
  std::string folded;
  add_words(folded, task.title);
  add_words(folded, task.text);
  for (const Step& step : task.steps) {
    add_words(folded, step.text);
    add_words(folded, step.criterion);
  }
  if (task.assignee) add_words(folded, *task.assignee);
  return folded;
}

std::string search_pattern(std::string_view query) {
  std::string folded;
  add_words(folded, query);
  return folded.empty() ? folded : "%" + folded + "%";
}

std::optional<std::int64_t> between(std::optional<std::int64_t> before,
                                    std::optional<std::int64_t> after) {
  if (!before && !after) return 0;
  if (!after) return *before + kPositionScale;
  if (!before) return *after - kPositionScale;
  const std::int64_t middle = *before + (*after - *before) / 2;
  if (middle <= *before || middle >= *after) return std::nullopt;
  return middle;
}

}  // namespace reprise::task
