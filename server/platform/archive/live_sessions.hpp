#pragma once

// Live sessions and the messages that show them in their chats. They lie beside the recordings
// because both features and the archive's own sweep need them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "domain/chat/attachment.hpp"
#include "domain/chat/message.hpp"
#include "domain/session/session.hpp"
#include "platform/archive/archive.hpp"
#include "platform/database/database.hpp"

namespace reprise::archive {

using session::LiveSession;

/// What the person agreed to.
struct Consent {
  std::string text_version;
  std::string text_sha256_hex;
  std::string locale;
  std::int64_t given_utc_ns = 0;
  std::string method;
  std::string channels_json;  ///< a list of names
};

struct NewLiveSession {
  UserId owner;
  LiveSessionId id;
  ChatId chat_id;
  std::string model;
  std::optional<RecordingId> recording_id;  ///< empty: the talk is not recorded
  std::optional<Consent> consent;
  std::int64_t token_expires_utc_ns = 0;
  std::string told = {};  ///< the model, besides the usual instruction; forgotten when it ends
};

/// A message of a chat: a live session, or a text.
struct Message {
  chat::MessageId id;
  ChatId chat_id;
  chat::Kind kind = chat::Kind::Text;
  chat::Role role = chat::Role::Person;
  chat::State state = chat::State::Complete;
  std::optional<std::string> parent_id = std::nullopt;  ///< the message that it hangs on
  std::string text = {};                                ///< as far as it has come
  std::string provider = {};                            ///< of an answer: whose model gave it
  std::string model = {};                               ///< of an answer: which model gave it
  std::string reasoning = {};                           ///< of an answer: a summary of it
  std::string grounding_json = {};  ///< of an answer: as in the API; empty: none
  /// Of a summary: the newest message that it tells again.
  std::optional<std::string> covers_until = std::nullopt;
  chat::Usage usage = {};
  std::optional<chat::Trouble> trouble = std::nullopt;
  std::int64_t created_utc_ns = 0;
  std::optional<LiveSession> live_session = std::nullopt;
  std::vector<chat::Attachment> attachments = {};  ///< without their bytes
};

/// The message with this id and this reach in the chat; empty when there is none.
std::optional<Message> message_in(database::Transaction& transaction, const Reach& reach,
                                  const ChatId& chat, const chat::MessageId& id, std::int64_t now);
/// The files of messages of one chat that are not older than `first`, and not newer than `last`:
/// pairs of a message's id and a file, in the order in which the person chose them.
std::vector<std::pair<std::string, chat::Attachment>> attachments_in(
    database::Transaction& transaction, const ChatId& chat, std::int64_t first_utc_ns,
    std::int64_t last_utc_ns);
/// Fills `attachments` of messages of one chat.
void add_attachments(database::Transaction& transaction, const ChatId& chat,
                     std::span<Message> messages);
/// The chat's newest message, on which the next one hangs.
std::optional<std::string> newest_message(database::Transaction& transaction, const ChatId& chat);
/// A time for a new message that sorts after the chat's newest one.
std::int64_t message_time(database::Transaction& transaction, const ChatId& chat, std::int64_t now);
/// Notes that the chat is used now.
void note_use(database::Transaction& transaction, const UserId& owner, const ChatId& chat,
              std::int64_t now);
bool chat_exists_in(database::Transaction& transaction, const Reach& reach, const ChatId& chat);

/// Any thread. The database and the archive outlive it. What is out of reach is not found.
class LiveSessions {
 public:
  LiveSessions(database::Database& database, const Archive& archive)
      : database_(database), archive_(archive) {}

  /// In one transaction: the live session, its message, its consent, its recording, the audit row
  /// of its token, and the chat's last use. Errors: NotFound when the owner has no such chat.
  Task<Result<LiveSession>> create(NewLiveSession wanted, Deadline deadline = usual_deadline());
  Task<bool> chat_exists(Reach reach, ChatId id, Deadline deadline = usual_deadline());
  /// The title of a chat; empty when there is no such chat.
  Task<std::string> chat_title(Reach reach, ChatId id, Deadline deadline = usual_deadline());
  Task<Result<LiveSession>> find(Reach reach, LiveSessionId id,
                                 Deadline deadline = usual_deadline());
  /// What the model of a running live session is told besides the usual instruction; may be empty.
  Task<std::string> told(LiveSessionId id, Deadline deadline = usual_deadline());
  /// Ends the live session. Idempotent: the first reason stays. Errors: NotFound.
  Task<Result<LiveSession>> end(Reach reach, LiveSessionId id, session::SessionEnd reason,
                                Deadline deadline = usual_deadline());
  /// Notes that the person takes their consent back, once: a second time nothing changes, except
  /// that what was kept may be erased. The recording is not touched here, but no chunk after
  /// `last_seq` is stored any more; empty: after the last of a recording that was finished, or that
  /// is stored. Errors: NotFound; Conflict `no-consent` when it was not to be recorded.
  Task<Result<LiveSession>> withdraw(Reach reach, LiveSessionId id, session::Withdrawn recording,
                                     std::optional<std::int64_t> last_seq = std::nullopt,
                                     Deadline deadline = usual_deadline());
  /// Notes one more token of the live session. Errors: NotFound; Conflict once it has ended.
  Task<Status> note_token(Reach reach, LiveSessionId id, std::string model,
                          std::int64_t expires_utc_ns, Deadline deadline = usual_deadline());
  /// One page of the chat's messages: the newest, or those before the cursor. Within a page the
  /// oldest comes first. Errors: NotFound when there is no such chat.
  Task<Result<Page<Message>>> messages(Reach reach, ChatId chat, PageWish wish,
                                       Deadline deadline = usual_deadline());

 private:
  database::Database& database_;
  const Archive& archive_;
};

}  // namespace reprise::archive
