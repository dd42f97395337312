#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "domain/access/reach.hpp"
#include "domain/chat/context.hpp"
#include "domain/chat/message.hpp"
#include "domain/session/session.hpp"
#include "features/chat/providers.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/archive/parts.hpp"
#include "platform/database/database.hpp"

namespace reprise::chat {

using archive::Message;
using session::ChatId;

/// On which message a new one hangs.
struct Newest {};  ///< on the newest of the chat
struct Root {};    ///< on none
using Parent = std::variant<Newest, Root, MessageId>;

struct NewMessage {
  ChatId chat;
  std::string client_id;  ///< the same one again is the same message
  std::string text;
  Parent parent = Newest{};
  std::vector<std::string> upload_ids = {};
};

/// What a person sent, and the answer to it that has begun.
struct Sent {
  Message message;
  Message answer;
  bool is_new = true;  ///< false: it was sent before
};

/// What the writer of an answer needs.
struct Work {
  access::UserId owner;
  ChatId chat;
  MessageId answer;
  Answerer by;
  Branch branch;            ///< from the first message to the one to answer
  std::int64_t pieces = 0;  ///< stored already
  std::int64_t asked_utc_ns = 0;
  bool untitled = false;
  std::optional<CallTrace> trace = {};  ///< of the request that asked, unless it is taken up later
};

/// What a model gets for the next message of a chat.
struct Context {
  Answerer by;
  Branch branch;
};

/// How an answer ended, and what came with it.
struct Outcome {
  Ending ending = {};
  Usage usage = {};
  std::string reasoning = {};
  Grounding grounding = {};
};

/// What is stored of an answer, from a piece on.
struct Progress {
  State state = State::Streaming;
  std::vector<std::string> pieces;
  std::int64_t count = 0;  ///< pieces in all
};

/// Messages that are text, and the rows of answers. Any thread; the database and the archive
/// outlive it. Calls with a reach give NotFound for what is absent or out of reach.
class Messages {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Words, archive::Common>;

  Messages(database::Database& database, Asks archive, const Providers& providers)
      : database_(database), archive_(archive), providers_(providers) {}

  /// Stores the message, an empty answer and the answer's job. Errors: NotFound (chat, parent,
  /// uploads); Conflict `too-many-answers`, `provider-gone`, `live-words-elsewhere`,
  /// `upload-not-whole`.
  Task<Result<Sent>> send(access::UserId owner, NewMessage wanted, Deadline deadline);
  /// Begins a further answer to the same message. Errors: NotFound; Conflict `answer-running` and
  /// those of `send`.
  Task<Result<Message>> regenerate(access::UserId owner, ChatId chat, MessageId answer,
                                   Deadline deadline);
  /// The answer. Errors: NotFound, also for what is no answer.
  Task<Result<Message>> find_answer(access::Reach reach, ChatId chat, MessageId id,
                                    Deadline deadline);
  /// Ends the answer as stopped, if it runs. Errors: NotFound.
  Task<Result<Message>> stop(access::Reach reach, ChatId chat, MessageId id, Deadline deadline);
  /// Removes a text with all that hangs on it. Live sessions below it stay: they hang on what it
  /// hung on. Errors: NotFound; Conflict `is-live-session`.
  Task<Status> remove(access::Reach reach, ChatId chat, MessageId id, Deadline deadline);

  /// What the model gets above a further message that hangs on `parent`. Errors: NotFound.
  Task<Result<Context>> context(access::Reach reach, ChatId chat, Parent parent, Deadline deadline);

  // For the writers and readers of answers, by id alone.
  /// Empty: the answer has ended or is gone.
  Task<std::optional<Work>> work_of(MessageId answer);
  /// Stores piece `number` (1, 2, …). False: the answer has ended, is gone, or another node writes
  /// it.
  Task<bool> add_piece(MessageId answer, std::int64_t number, std::string text);
  /// Ends an answer that runs. Returns the answer as it is then; empty: it is gone.
  Task<std::optional<Message>> finish(MessageId answer, Outcome outcome);
  /// Puts a summary of all messages up to `covers_until` above the question of the answer. False:
  /// the answer has ended or is gone.
  Task<bool> add_summary(MessageId answer, MessageId covers_until, std::string text);
  /// The pieces after the first `after`. Empty: the answer is gone.
  Task<std::optional<Progress>> progress(MessageId answer, std::int64_t after);
  Task<std::optional<Message>> ended_answer(MessageId answer);
  /// Names the chat unless somebody has.
  Task<void> give_title(ChatId chat, std::string title);

  jobs::Jobs& jobs() const { return archive_.part<archive::Common>().jobs(); }
  std::int64_t now_utc_ns() const { return archive_.part<archive::Common>().now_utc_ns(); }

 private:
  database::Database& database_;
  const Asks archive_;
  const Providers& providers_;
};

}  // namespace reprise::chat
