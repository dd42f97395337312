#pragma once

// Tasks: what a person wants done. The rules of their members; pure.

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "domain/access/principal.hpp"
#include "domain/session/session.hpp"

namespace reprise::task {

using TaskId = Strong<struct TaskIdTag, std::string>;  ///< UUID text; clients may choose it

/// Limits in code points, as the schema counts them.
inline constexpr std::size_t kTextCharactersMax = 10'000;
inline constexpr std::size_t kStepCharactersMax = 500;
inline constexpr std::size_t kAssigneeCharactersMax = 254;
inline constexpr std::size_t kStepsMax = 100;
/// Positions are numbers; they are stored as whole millionths.
inline constexpr std::int64_t kPositionScale = 1'000'000;
inline constexpr double kPositionMax = 1e9;

struct Step {
  std::string id;  ///< UUID text, one of a kind within the task
  std::string text;
  std::string criterion;  ///< how one sees that it succeeded; may be empty
  bool done = false;
  friend bool operator==(const Step&, const Step&) = default;
};
BOOST_DESCRIBE_STRUCT(Step, (), (id, text, criterion, done))

struct Task {
  TaskId id{""};
  std::string title;
  std::string text;  ///< the instruction; may be empty
  std::vector<Step> steps;
  std::optional<std::int64_t> due_utc_ns;
  std::optional<std::string> assignee;
  std::optional<session::ChatId> chat_id;
  bool done = false;
  std::int64_t position = 0;  ///< millionths
  std::int64_t revision = 1;
  std::int64_t created_utc_ns = 0;
  std::int64_t updated_utc_ns = 0;
};

/// What somebody sends to make or change a task: only what is given is changed. The inner optional
/// is empty where a member is taken away.
struct Change {
  std::optional<std::string> title;
  std::optional<std::string> text;
  std::optional<std::vector<Step>> steps;
  std::optional<std::optional<std::int64_t>> due_utc_ns;
  std::optional<std::optional<std::string>> assignee;
  std::optional<std::optional<session::ChatId>> chat_id;
  std::optional<bool> done;
  std::optional<std::int64_t> position;
};

/// A task to be made.
struct NewTask {
  TaskId id{""};
  Change change;                   ///< has a title
  std::string created_sha256_hex;  ///< of what was sent: a repeat is known by it
  std::size_t line = 0;            ///< of the table that it stands in
};

/// Reads the body of a change. `by` may only assign to themselves by id; a name or an address is
/// only a label. Errors: Invalid, which names the member.
Result<Change> read_change(const boost::json::value& body, const access::UserId& by);
/// Reads the body of a new task; it needs only a title. Makes the ids that are not given.
Result<NewTask> read_new(const boost::json::value& body, const access::UserId& by);

/// Whether a task says already what a change would make it say. Ids of steps do not matter: a table
/// has none.
bool is_already(const Change& change, const Task& task);

/// Does the change; `position` is set by whoever knows the neighbours.
void apply(const Change& change, Task& task);

/// The strong ETag of a revision, with its quotes.
std::string etag_of(std::int64_t revision);
/// Whether what a client says in `If-Match` is the revision. A proxy that packs an answer makes its
/// ETag weak, so a weak one counts, too.
bool matches(std::string_view if_match, std::int64_t revision);

/// What a model is told of a task in a live session for it: title, text, and steps with what shows
/// that they succeeded. What is ticked is left out, since it changes while one talks. Errors:
/// Unprocessable `task-too-long`.
inline constexpr std::size_t kModelWordsCharactersMax = 20'000;
Result<std::string> words_for_model(const Task& task);

/// The text that a search compares: folded words of everything that can be read in the task.
std::string search_text(const Task& task);
/// The same for what somebody looks for, as a pattern for LIKE. Empty: no word is in it.
std::string search_pattern(std::string_view query);

/// The position between two neighbours (empty: none there). Empty: there is no room, the list must
/// be numbered anew.
std::optional<std::int64_t> between(std::optional<std::int64_t> before,
                                    std::optional<std::int64_t> after);

}  // namespace reprise::task
