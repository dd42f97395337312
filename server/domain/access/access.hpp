#pragma once

// What a principal may do. The one place with the rules; pure.

#include <boost/describe/enum.hpp>
#include <optional>

#include "domain/access/principal.hpp"

namespace reprise::access {

/// One for each thing that a person can do. Every route names the one that it needs.
enum class Action : std::uint8_t {
  AskUnknownAddress,  ///< an address under /api that does not exist: to be told so
  ListChats,
  CreateChat,
  ReadChat,
  RenameChat,
  DeleteChat,
  SendMessage,   ///< also: have an answer given once more
  FollowAnswer,  ///< while it is being made
  StopAnswer,
  RemoveMessage,
  StartLiveSession,
  ReadLiveSession,
  MintToken,
  KeepLiveSession,
  WithdrawConsent,  ///< to the recording of a live session
  EndLiveSession,
  ListRecordings,
  ReadRecording,      ///< what the player shows, its texts and pictures
  PlayRecording,      ///< the media
  DownloadRecording,  ///< the media as a file to keep
  DownloadRecord,     ///< all that was recorded, with what the model was told
  RenameRecording,
  SetRetention,  ///< how long a recording is kept, and whether it is held
  EraseRecording,
  ListChunks,
  StoreChunk,
  FinishRecording,
  ReadBookmarks,
  AddBookmark,
  ChangeBookmark,
  RemoveBookmark,
  Search,
  ReadOwnAccount,  ///< who one is: /api/me
  ManageOwnSessions,
  ManageOwnTokens,
  ManageOwnExports,  ///< to list and remove what ExportAccount made
  ExportAccount,
  DownloadExport,
  EraseAccount,
  ManageUsers,
  ReadAudit,
  ListShares,
  MakeShare,
  RemoveShare,
  ListSharedWithMe,
  ReadViews,  ///< who watched a recording
  ListTasks,  ///< also as a table to keep
  CreateTask,
  ReadTask,  ///< also its sessions
  ChangeTask,
  DeleteTask,
  TickTask,  ///< a step of it
  LogInteraction,
  ReadInteractions,  ///< what was logged of oneself, and sums of it
  AddUpload,         ///< to begin one, or to go on with it
  ReadUpload,
  RemoveUpload,
  ReadMetrics,       ///< what is counted of one's own sessions
  ReadMetricsOfAll,  ///< of anybody's
  ReadStudies,       ///< also who takes part, and all as a table or a zip
  ManageStudies,     ///< also to make and take back links for participants
  TakePart,          ///< in a study, by a link that was opened in this browser
};
// Entry by entry, since BOOST_DESCRIBE_ENUM takes at most 52.
// clang-format off
BOOST_DESCRIBE_ENUM_BEGIN(Action)
BOOST_DESCRIBE_ENUM_ENTRY(Action, AskUnknownAddress)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListChats)
BOOST_DESCRIBE_ENUM_ENTRY(Action, CreateChat)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadChat)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RenameChat)
BOOST_DESCRIBE_ENUM_ENTRY(Action, DeleteChat)
BOOST_DESCRIBE_ENUM_ENTRY(Action, SendMessage)
BOOST_DESCRIBE_ENUM_ENTRY(Action, FollowAnswer)
BOOST_DESCRIBE_ENUM_ENTRY(Action, StopAnswer)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RemoveMessage)
BOOST_DESCRIBE_ENUM_ENTRY(Action, StartLiveSession)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadLiveSession)
BOOST_DESCRIBE_ENUM_ENTRY(Action, MintToken)
BOOST_DESCRIBE_ENUM_ENTRY(Action, KeepLiveSession)
BOOST_DESCRIBE_ENUM_ENTRY(Action, WithdrawConsent)
BOOST_DESCRIBE_ENUM_ENTRY(Action, EndLiveSession)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListRecordings)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, PlayRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, DownloadRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, DownloadRecord)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RenameRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, SetRetention)
BOOST_DESCRIBE_ENUM_ENTRY(Action, EraseRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListChunks)
BOOST_DESCRIBE_ENUM_ENTRY(Action, StoreChunk)
BOOST_DESCRIBE_ENUM_ENTRY(Action, FinishRecording)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadBookmarks)
BOOST_DESCRIBE_ENUM_ENTRY(Action, AddBookmark)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ChangeBookmark)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RemoveBookmark)
BOOST_DESCRIBE_ENUM_ENTRY(Action, Search)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadOwnAccount)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ManageOwnSessions)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ManageOwnTokens)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ManageOwnExports)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ExportAccount)
BOOST_DESCRIBE_ENUM_ENTRY(Action, DownloadExport)
BOOST_DESCRIBE_ENUM_ENTRY(Action, EraseAccount)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ManageUsers)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadAudit)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListShares)
BOOST_DESCRIBE_ENUM_ENTRY(Action, MakeShare)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RemoveShare)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListSharedWithMe)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadViews)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ListTasks)
BOOST_DESCRIBE_ENUM_ENTRY(Action, CreateTask)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadTask)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ChangeTask)
BOOST_DESCRIBE_ENUM_ENTRY(Action, DeleteTask)
BOOST_DESCRIBE_ENUM_ENTRY(Action, TickTask)
BOOST_DESCRIBE_ENUM_ENTRY(Action, LogInteraction)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadInteractions)
BOOST_DESCRIBE_ENUM_ENTRY(Action, AddUpload)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadUpload)
BOOST_DESCRIBE_ENUM_ENTRY(Action, RemoveUpload)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadMetrics)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadMetricsOfAll)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ReadStudies)
BOOST_DESCRIBE_ENUM_ENTRY(Action, ManageStudies)
BOOST_DESCRIBE_ENUM_ENTRY(Action, TakePart)
BOOST_DESCRIBE_ENUM_END(Action)
// clang-format on

/// What the owner of an object lets somebody else do with it.
enum class Shared : std::uint8_t {
  Nothing,
  View,      ///< what the player shows
  Download,  ///< also to keep the film
};

/// What the rules need to know about the object of an action.
struct ObjectFacts {
  std::optional<UserId> owner = std::nullopt;  ///< empty: the object is absent
  Shared shared = Shared::Nothing;             ///< with the principal, by the owner
  bool assigned = false;                       ///< to the principal, by the owner
};

/// Whether the principal may do this to the object. Actions without an object (a list, a new chat)
/// are about what is the principal's own: pass `own(principal)`. Whatever no rule allows is denied.
bool may(const Principal& principal, Action action, const ObjectFacts& facts);

/// Whether there can be an object to which `may` lets the principal do this. False: the request
/// need not come to a handler.
bool may_ever(const Principal& principal, Action action);

/// How long after a login what needs a fresh one is allowed: to export and erase an account, to
/// share. Long enough to read what one is about to do.
inline constexpr std::int64_t kFreshLoginNs = 600'000'000'000;
/// Whether the person proved who they are within kFreshLoginNs. The local user has no login to
/// repeat; a token never counts.
bool has_fresh_login(const Principal& principal, std::int64_t now_utc_ns);

/// Somebody who takes part in a study by a link: owns nothing, and may only hold the talk of that
/// link.
Principal study_participant(const std::string& participant_id);

/// The facts of an object that belongs to the principal.
inline ObjectFacts own(const Principal& principal) { return {.owner = principal.user}; }

}  // namespace reprise::access
