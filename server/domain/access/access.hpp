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
  LogInteraction,
  ReadInteractions,  ///< what was logged of oneself, and sums of it
};
BOOST_DESCRIBE_ENUM(Action, AskUnknownAddress, ListChats, CreateChat, ReadChat, RenameChat,
                    DeleteChat, SendMessage, FollowAnswer, StopAnswer, RemoveMessage,
                    StartLiveSession, ReadLiveSession, MintToken, KeepLiveSession, WithdrawConsent,
                    EndLiveSession, ListRecordings, ReadRecording, PlayRecording, DownloadRecording,
                    DownloadRecord, RenameRecording, SetRetention, EraseRecording, ListChunks,
                    StoreChunk, FinishRecording, ReadBookmarks, AddBookmark, ChangeBookmark,
                    RemoveBookmark, Search, ReadOwnAccount, ManageOwnSessions, ManageOwnTokens,
                    ManageOwnExports, ExportAccount, DownloadExport, EraseAccount, ManageUsers,
                    ReadAudit, ListShares, MakeShare, RemoveShare, ListSharedWithMe, ReadViews,
                    ListTasks, CreateTask, ReadTask, ChangeTask, DeleteTask, LogInteraction,
                    ReadInteractions)

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

/// The facts of an object that belongs to the principal.
inline ObjectFacts own(const Principal& principal) { return {.owner = principal.user}; }

}  // namespace reprise::access
