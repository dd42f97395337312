#pragma once

// The seam of the search: what an index of words must do inside the database. Both engines give the
// same answers (search_index_test.cpp is the contract).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "base/page.hpp"
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
/// A sentence that was found.
struct MomentHit {
  session::RecordingId recording_id;
  session::ChatId chat_id;
  std::string chat_title;
  std::int64_t recorded_utc_ns = 0;
  Sentence sentence;
};
using Hit = std::variant<ChatHit, MomentHit>;

/// Titles that differ from their chats are put right so many at a time.
inline constexpr std::int64_t kTitlesAtOnce = 200;

/// Any thread; without state. Everything happens inside the caller's transaction, so that words
/// come and go with what they belong to. Throws DatabaseError.
class SearchIndex {
 public:
  virtual ~SearchIndex() = default;
  /// Replaces what is known of the recording, which exists. Says that it is filled, also when
  /// nobody spoke.
  virtual void put_said(database::Transaction& transaction, const session::RecordingId& id,
                        const std::vector<Sentence>& sentences) const = 0;
  virtual void remove_said(database::Transaction& transaction,
                           const session::RecordingId& id) const = 0;
  /// Makes the index say what the row of the chat says: its title, or nothing when it is untitled
  /// or gone.
  virtual void sync_title(database::Transaction& transaction, const session::ChatId& id) const = 0;
  /// The same for at most kTitlesAtOnce chats that differ. Returns how many did.
  virtual std::int64_t sync_titles(database::Transaction& transaction) const = 0;
  /// Recordings with a view of which nothing is known, or only words of another kWordsVersion;
  /// at most `count_max`, behind `after` in the order of their ids.
  virtual std::vector<session::RecordingId> unfilled(database::Transaction& transaction,
                                                     const std::string& after,
                                                     std::int64_t count_max) const = 0;
  /// Titles first, last use first; then what was said, the newest first. Reads only.
  virtual Page<Hit> find(database::Transaction& transaction, const Query& query,
                         const PageWish& wish) const = 0;
  /// Takes out of the index's files what removed words left behind, in slices between which others
  /// write. False: not done at the deadline; to be tried again.
  virtual Task<bool> purge(database::Database& database, Deadline deadline) const = 0;
};

/// For a database of each engine. They live as long as the program.
const SearchIndex& sqlite_search_index();
const SearchIndex& postgres_search_index();

}  // namespace reprise::search
