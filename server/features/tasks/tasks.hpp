#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
#include "domain/access/reach.hpp"
#include "domain/session/session.hpp"
#include "domain/task/task.hpp"
#include "features/tasks/assigned.hpp"
#include "platform/database/database.hpp"

namespace reprise::tasks {

using task::TaskId;

/// Of one person. All of them are read when the list is numbered anew.
inline constexpr std::int64_t kTasksMax = 10'000;
/// The live sessions of one task; they are listed at once.
inline constexpr std::int64_t kSessionsMax = 500;

enum class Order {
  Position,
  Due,      ///< the earliest first, those without a date last
  Created,  ///< the newest first
};
BOOST_DESCRIBE_ENUM(Order, Position, Due, Created)

/// Which tasks of a list. Empty members count for all.
struct Filter {
  Order order = Order::Position;
  std::optional<bool> done;
  std::optional<std::string> assignee;  ///< no text: those of nobody
  std::optional<std::string> chat_id;   ///< no text: those without a chat
  std::optional<std::string> pattern;   ///< task::search_pattern
};

/// A live session that was held for a task.
struct Session {
  session::LiveSessionId id{""};
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> ended_utc_ns;
  std::optional<std::string> reason;
  std::optional<std::string> recording_id;  ///< empty: not recorded, or erased
  std::string recording_state;
  std::optional<std::int64_t> duration_ns;
};

struct Imported {
  std::int64_t imported = 0;
  std::int64_t known = 0;  ///< were there already, made of the same
};

/// Any thread. Errors are NotFound (also for what is out of reach) unless said otherwise. Throws
/// DatabaseError.
class Tasks {
 public:
  Tasks(database::Database& database, std::function<std::int64_t()> now_utc_ns)
      : database_(database), now_(std::move(now_utc_ns)) {}

  /// The same again gives what was made at first. Errors: also NotFound for the chat, Conflict
  /// `task-exists` for the id of another task, Unprocessable `tasks-full`.
  Task<Result<task::Task>> create(access::UserId owner, task::NewTask made, Deadline deadline);
  /// All of them or none. Errors as above, with the row.
  Task<Result<Imported>> import(access::UserId owner, std::vector<task::NewTask> made,
                                Deadline deadline);
  Task<Page<task::Task>> list(access::UserId owner, Filter filter, PageWish wish,
                              Deadline deadline);
  Task<Result<task::Task>> find(access::Reach reach, TaskId id, Deadline deadline);
  /// `if_match`: what the client knows (task::matches). Errors: also NotFound for the chat,
  /// Conflict `etag-mismatch`.
  Task<Result<task::Task>> change(access::Reach reach, TaskId id, task::Change change,
                                  std::optional<std::string> if_match, Deadline deadline);
  /// Errors: also Conflict `etag-mismatch`.
  Task<Status> remove(access::Reach reach, TaskId id, std::optional<std::string> if_match,
                      Deadline deadline);

  /// What others have assigned to a person, by their address; the newest first.
  Task<Page<Assigned>> assigned(access::UserId person, PageWish wish, Deadline deadline);
  /// `tick_step`.
  Task<Result<Assigned>> tick(access::Principal who, std::string key, std::string step_id,
                              bool done, Deadline deadline);

  /// The newest first.
  Task<Result<std::vector<Session>>> sessions(access::Reach reach, TaskId id, Deadline deadline);
  /// Once or again. Errors: also NotFound for the live session, Unprocessable `sessions-full`.
  Task<Status> add_session(access::Reach reach, TaskId id, session::LiveSessionId live,
                           Deadline deadline);

 private:
  database::Database& database_;
  const std::function<std::int64_t()> now_;
};

}  // namespace reprise::tasks
