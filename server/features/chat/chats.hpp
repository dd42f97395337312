#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
#include "domain/access/reach.hpp"
#include "domain/session/session.hpp"
#include "platform/archive/parts.hpp"
#include "platform/database/database.hpp"

namespace reprise::chat {

using session::ChatId;
using session::kTitleCharactersMax;

struct Chat {
  ChatId id;
  std::string title;
  bool untitled = false;  ///< nobody has named the chat, and no recording's first words have
  std::int64_t created_utc_ns = 0;
  std::int64_t last_used_utc_ns = 0;
  bool live = false;  ///< a live session of the chat runs and is not quiet
  // Who answers; empty: as in the settings.
  std::string provider = {};
  std::string model = {};
  /// To which other provider somebody let the words of live sessions go; empty: to none.
  std::string live_words_to = {};
};

/// What to change of a chat.
struct ChatChange {
  std::optional<std::string> title = std::nullopt;
  std::optional<std::string> provider = std::nullopt;
  std::optional<std::string> model = std::nullopt;
  std::optional<std::string> live_words_to = std::nullopt;
};

/// Any thread. Errors are NotFound (also for what is out of reach) unless said otherwise.
class Chats {
 public:
  /// What it asks of the archive.
  using Asks = archive::Uses<archive::Erasures, archive::Words, archive::Common>;

  Chats(database::Database& database, Asks archive) : database_(database), archive_(archive) {}
  /// An empty title makes an untitled chat.
  Task<Chat> create(access::UserId owner, std::string title,
                    Deadline deadline = database::usual_deadline());
  /// The user's chats; the one that was used last comes first.
  Task<Page<Chat>> list(access::UserId owner, PageWish wish,
                        Deadline deadline = database::usual_deadline());
  Task<Result<Chat>> find(access::Reach reach, ChatId id,
                          Deadline deadline = database::usual_deadline());
  Task<Result<Chat>> change(access::Reach reach, ChatId id, ChatChange change,
                            Deadline deadline = database::usual_deadline());
  /// Deletes the chat with its messages and live sessions, and erases its recordings. Errors: also
  /// Conflict `recording-held`.
  Task<Result<archive::Erased>> remove(access::Reach reach, ChatId id,
                                       Deadline deadline = database::usual_deadline());

 private:
  database::Database& database_;
  const Asks archive_;
};

}  // namespace reprise::chat
