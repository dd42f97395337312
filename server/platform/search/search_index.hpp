#pragma once

// The interface of the search: what an index of words must do inside the database. Both engines
// give the same answers (search_index_test.cpp is the contract).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
#include "domain/access/principal.hpp"
#include "domain/search/query.hpp"
#include "domain/search/sentences.hpp"
#include "domain/session/session.hpp"
#include "platform/database/database.hpp"

namespace reprise::search {

/// A chat whose title was found.
struct ChatHit {
  session::ChatId chat_id;
  std::string title;
};
/// A recording whose own title was found.
struct RecordingHit {
  session::RecordingId recording_id;
  session::ChatId chat_id;
  std::string chat_title;
  std::int64_t recorded_utc_ns = 0;
  std::string title;
};
/// A sentence that was found.
struct MomentHit {
  session::RecordingId recording_id;
  session::ChatId chat_id;
  std::string chat_title;
  std::int64_t recorded_utc_ns = 0;
  Sentence sentence;
};
/// A passage of a typed message, or of an answer, that was found.
struct MessageHit {
  std::string message_id;
  session::ChatId chat_id;
  std::string chat_title;
  std::int64_t written_utc_ns = 0;
  std::string role;  ///< `person` or `model`
  std::string passage;
};
using Hit = std::variant<ChatHit, RecordingHit, MomentHit, MessageHit>;

/// How many differing titles of chats, and of recordings, are corrected at a time.
inline constexpr std::int64_t kTitlesAtOnce = 200;
/// How many messages that the index does not know are added at a time.
inline constexpr std::int64_t kMessagesAtOnce = 50;

/// Any thread; has no state. Everything happens inside the caller's transaction, so that words are
/// stored and removed together with what they belong to. Throws DatabaseError.
class SearchIndex {
 public:
  virtual ~SearchIndex() = default;
  /// Replaces the words of a recording, which must exist, and notes that the recording is indexed,
  /// even when nobody spoke.
  virtual void put_said(database::Transaction& transaction, const session::RecordingId& id,
                        const std::vector<Sentence>& sentences) const = 0;
  virtual void remove_said(database::Transaction& transaction,
                           const session::RecordingId& id) const = 0;
  /// Makes the index agree with the chat's row: its title, or nothing when the chat is untitled or
  /// gone.
  virtual void sync_title(database::Transaction& transaction, const session::ChatId& id) const = 0;
  /// The same for the name that somebody gave to the recording.
  virtual void sync_title(database::Transaction& transaction,
                          const session::RecordingId& id) const = 0;
  /// The same for at most kTitlesAtOnce chats, and at most as many recordings, whose titles differ.
  /// Returns the greater of the two numbers that differed.
  virtual std::int64_t sync_titles(database::Transaction& transaction) const = 0;
  /// Makes the index agree with a text's row: what it says, or nothing while it is written and when
  /// it is gone.
  virtual void sync_message(database::Transaction& transaction,
                            const std::string& message_id) const = 0;
  /// The same for at most kMessagesAtOnce texts that are not indexed by today's rules. Returns how
  /// many there were.
  virtual std::int64_t sync_messages(database::Transaction& transaction) const = 0;
  /// Recordings with a view that are not indexed, or only with words of another kWordsVersion: the
  /// first `count_max` with an id greater than `after`, in the order of their ids.
  virtual std::vector<session::RecordingId> unfilled(database::Transaction& transaction,
                                                     const std::string& after,
                                                     std::int64_t count_max) const = 0;
  /// What is the owner's. Titles of chats come first, the chat that was used last before the
  /// others; then titles of recordings, the newest first; then sentences and passages of messages
  /// together, the newest first. Only reads.
  virtual Page<Hit> find(database::Transaction& transaction, const access::UserId& owner,
                         const Query& query, const PageWish& wish) const = 0;
  /// The same as `purge`, when messages were removed since it was done last.
  virtual Task<bool> purge_messages(database::Database& database, Deadline deadline) const = 0;
  /// Removes what deleted words left behind in the index's files, in slices between which others
  /// can write. False: not finished at the deadline; call it again later.
  virtual Task<bool> purge(database::Database& database, Deadline deadline) const = 0;
};

/// The index for each engine. They live as long as the program.
const SearchIndex& sqlite_search_index();
const SearchIndex& postgres_search_index();

}  // namespace reprise::search
