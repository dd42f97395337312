#pragma once

// The audit log as a chain of hashes: each entry's hash covers the entry and the hash before it, so
// that a changed, removed, added or moved entry is found. Pure.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/digest.hpp"
#include "base/types.hpp"

namespace reprise::audit {

/// What somebody did. The names in JSON and in the database are those of `enum_text`.
enum class Event {
  SessionStarted,    ///< a live session began; the object is the live session
  ConsentWithdrawn,  ///< to the recording of a live session
  TokenMinted,       ///< a further token of a live session
  RecordingViewed,   ///< the player was opened
  RecordingDownloaded,
  RecordingErased,   ///< by its owner, or because its time was over; `detail` says so
  RetentionChanged,  ///< how long a recording is kept, or whether it is held
  ChatErased,
  LoggedIn,  ///< the object is the login session
  LoggedOut,
  LoginSessionEnded,   ///< from the list of one's login sessions
  LoginSessionsEnded,  ///< all of them; the object is the user
  ApiTokenMade,
  ApiTokenRemoved,
  UserChanged,  ///< roles, or whether they may use their account; `detail` says what
  UserInvited,  ///< the object is the invitation
  InvitationTakenBack,
  HandedOver,          ///< all that was a user's belongs to another one, whom `detail` names by id
  AccountExportBegun,  ///< the object is the export
  AccountExportDownloaded,
  AccountExportRemoved,
  AccountErased,  ///< by its user; the object is the user
  ShareMade,      ///< the object is what is shared; `detail` names the share by id
  ShareRevoked,
  ShareOpened,
  StudyOpened,     ///< the link of a participant was looked at; the object is the study
  StudyBegun,      ///< a participant has consented; `detail` names the version of the text
  StudyAnswered,   ///< a participant has answered; `detail` says which part
  StudyTalked,     ///< a participant has ended the talk
  StudyWithdrawn,  ///< a participant took the consent back
};
BOOST_DESCRIBE_ENUM(Event, SessionStarted, ConsentWithdrawn, TokenMinted, RecordingViewed,
                    RecordingDownloaded, RecordingErased, RetentionChanged, ChatErased, LoggedIn,
                    LoggedOut, LoginSessionEnded, LoginSessionsEnded, ApiTokenMade, ApiTokenRemoved,
                    UserChanged, UserInvited, InvitationTakenBack, HandedOver, AccountExportBegun,
                    AccountExportDownloaded, AccountExportRemoved, AccountErased, ShareMade,
                    ShareRevoked, ShareOpened, StudyOpened, StudyBegun, StudyAnswered, StudyTalked,
                    StudyWithdrawn)

/// What it was done to.
enum class ObjectKind {
  Chat,
  LiveSession,
  Recording,
  User,
  LoginSession,
  ApiToken,
  Invitation,
  AccountExport,
  Study,
};
BOOST_DESCRIBE_ENUM(ObjectKind, Chat, LiveSession, Recording, User, LoginSession, ApiToken,
                    Invitation, AccountExport, Study)

/// How an entry names a chat, a live session or a study. An entry stays for ever, and after an
/// erase no id is left but those of recordings (their tombstones): who has the id finds the entries
/// by its SHA-256, 64 hexadecimal digits; nobody learns the id from them.
std::string hidden_id(std::string_view id);

/// A place in the chain: how many entries came, and the hash of the last of them.
struct Head {
  std::int64_t seq = 0;  ///< 0: nothing yet
  std::string hash_hex = std::string(64, '0');
  friend bool operator==(const Head&, const Head&) = default;
};

struct Entry {
  std::string id;  ///< UUIDv7 text
  std::int64_t at_utc_ns = 0;
  /// The id of a user; `link` and the id of a share for somebody who has its link and no login;
  /// `participant` and an id for somebody who takes part in a study; empty: the server itself.
  std::string actor;
  std::string event;  ///< a name of Event; a later version may know more
  std::string object_kind;
  std::string object_id;
  std::string request_id;  ///< as in the log; empty when no request asked for it
  std::string address;     ///< the network the request came from, cut; may be empty
  std::string detail;      ///< words of ours, at most 200 bytes: no content, no names, no secrets
  /// Where it stands, with its hash, which does not cover this; empty: nowhere yet, or nobody asks.
  std::optional<Head> place = std::nullopt;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The head after `entry`. The hash is SHA-256 over the hash before, the number, and each field
/// with its length in front (docs/formats/audit-log.md), so that no two entries give the same
/// bytes.
Head after(const Head& before, const Entry& entry);

/// An entry with its place, as it is stored.
struct Sealed {
  Head head;
  Entry entry;
};

/// Follows stored entries in the order of their numbers.
class Check {
 public:
  /// `known`: a head that somebody wrote down earlier and that the chain must contain.
  explicit Check(std::optional<Head> known = std::nullopt) : known_(std::move(known)) {}
  /// Says in a sentence why the chain breaks here; call it no more then.
  std::optional<std::string> follow(const Sealed& next);
  /// Call it after the last entry. Says whether the known head lies after the end: entries were cut
  /// off.
  std::optional<std::string> end() const;
  const Head& head() const { return head_; }

 private:
  Head head_;
  std::optional<Head> known_;
};

/// Reads `SEQ:HASH`, as `reprise audit verify` prints it. Errors: Invalid.
Result<Head> head_of(const std::string& text);
std::string text_of(const Head& head);

}  // namespace reprise::audit
