#pragma once

#include <array>
#include <string_view>

namespace reprise::access {

/// A table with rows that belong to a user.
struct OwnedTable {
  std::string_view table;
  std::string_view column;  ///< names the user
  /// Whether an admin who hands over what is somebody's gives these rows to the other one. What is
  /// about the account itself stays with it.
  bool handed_over = false;
  /// Whether its rows go with an account that is erased. The others: tombstones of recordings;
  /// exports and uploads, whose files have to go first; and the interaction log, which goes in
  /// pieces.
  bool dropped_at_erase = true;
};

/// All of them; a test compares this with the schema. Whoever adds a table also says whether it is
/// in an export (features/account/export_documents.cpp).
inline constexpr std::array<OwnedTable, 17> kOwnedTables{
    {{.table = "chat", .column = "owner_id", .handed_over = true},
     {.table = "live_session", .column = "owner_id", .handed_over = true},
     {.table = "recording", .column = "owner_id", .handed_over = true, .dropped_at_erase = false},
     {.table = "message", .column = "owner_id", .handed_over = true},
     {.table = "identity", .column = "user_id"},
     {.table = "login_session", .column = "user_id"},
     {.table = "api_token", .column = "user_id"},
     {.table = "invitation", .column = "user_id"},
     {.table = "account_export", .column = "user_id", .dropped_at_erase = false},
     {.table = "share", .column = "user_id"},
     {.table = "task", .column = "owner_id", .handed_over = true},
     {.table = "study", .column = "owner_id", .handed_over = true},
     {.table = "interaction_event", .column = "owner_id", .dropped_at_erase = false},
     {.table = "interaction_id", .column = "owner_id", .dropped_at_erase = false},
     {.table = "interaction_counter", .column = "owner_id", .dropped_at_erase = false},
     {.table = "interaction_hour", .column = "owner_id", .dropped_at_erase = false},
     {.table = "upload", .column = "owner_id", .handed_over = true, .dropped_at_erase = false}}};

/// Before rows of user $1 become those of user $2: where both have a task of the same id (clients
/// choose them), each that is not known by it is known by its key again.
inline constexpr std::string_view kPartTaskIds =
    "update task set own_id = null where owner_id in ($1, $2) and exists (select 1 from task o "
    "where o.owner_id in ($1, $2) and o.task_id <> task.task_id and coalesce(o.own_id, o.task_id) "
    "= task.own_id)";

}  // namespace reprise::access
