#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/bell.hpp"
#include "domain/access/principal.hpp"
#include "domain/analytics/event.hpp"
#include "platform/database/group_commit.hpp"
#include "platform/http/http.hpp"

namespace reprise::analytics {

/// How often a stream looks for events that another node has stored.
inline constexpr std::chrono::milliseconds kLookEvery{500};
/// A stream says at least this often that it is alive.
inline constexpr std::chrono::seconds kHeartbeatEvery{10};
/// Streams of one person on one node.
inline constexpr std::size_t kStreamsMax = 8;
/// Events that are read, and removed, at once.
inline constexpr std::int64_t kReadAtOnce = 500;
inline constexpr std::int64_t kRemoveAtOnce = 5'000;

struct Logged {
  std::int64_t accepted = 0;
  std::int64_t duplicates = 0;
  std::vector<Refused> refused;  ///< by index
};

/// A stored event. The numbers of one person's events grow in the order in which they are stored.
struct Stored {
  std::int64_t number = 0;
  Event event;
};

/// Which events to read. Empty members: all.
struct Wanted {
  std::optional<std::int64_t> from_utc_ns;    ///< with it
  std::optional<std::int64_t> before_utc_ns;  ///< without it
  std::optional<std::string> kind;
};

/// Some of the wanted events, perhaps none.
struct Piece {
  std::vector<Stored> events;
  std::int64_t after = 0;  ///< the next piece begins after this number
  bool more = false;
};

struct EventSums {
  std::int64_t events = 0;
  std::map<std::string, std::int64_t> by_kind;
  std::optional<std::int64_t> first_utc_ns;
  std::optional<std::int64_t> last_utc_ns;
};

struct LogOptions {
  /// How many requests that wait at the same moment share a transaction (1: each has its own;
  /// SQLite's writer puts them together by itself).
  std::size_t group_max = 1;
  bool partitions = false;  ///< the months are tables of their own (PostgreSQL)
  std::int64_t keep_days = 400;
  /// How many events `read_some` looks at to find those that are wanted.
  std::int64_t looked_at_max = 100'000;
};

/// The interaction log. Any thread; the database outlives it. Throws DatabaseError.
class Interactions {
 public:
  Interactions(database::Database& database, LogOptions options,
               std::function<std::int64_t()> now_utc_ns);

  /// Stores the events that can be stored, and says which cannot. Durable on return. The same event
  /// again is a duplicate; the id of another one, or a live session that is not the owner's, is
  /// refused.
  Task<Logged> log(access::UserId owner, Batch batch, Deadline deadline);
  Task<EventSums> sums(access::UserId owner, Deadline deadline);
  /// The next events after a number.
  Task<std::vector<Stored>> read(access::UserId owner, Wanted wanted, std::int64_t after,
                                 Deadline deadline);
  /// As `read`, but looks at a bounded number of events, however few of them are wanted.
  Task<Piece> read_some(access::UserId owner, Wanted wanted, std::int64_t after, Deadline deadline);
  /// The number of the person's newest event; 0: there is none.
  Task<std::int64_t> last_number(access::UserId owner, Deadline deadline);
  /// New events as they come (text/event-stream), after number `after`. `follow` false: ends after
  /// those that are there. Null: too many streams are open.
  std::unique_ptr<http::BodySource> listen(access::UserId owner, std::int64_t after, bool follow);

  /// Removes whole hours that are older.
  Task<void> expire(std::int64_t before_utc_ns);
  /// Once an hour: removes what is older than it is kept. Call it now and then, one call at a time.
  Task<void> tidy();
  /// Removes all of a person up to the hour of a time. May be called again.
  Task<void> erase(access::UserId owner, std::int64_t until_utc_ns);

  std::int64_t now_utc_ns() const { return now_(); }
  /// From here on streams end and tell their clients to come again.
  void begin_draining();

 private:
  class Stream;
  bool open_stream(const std::string& owner);
  void close_stream(const std::string& owner);
  struct Owned {
    access::UserId owner;
    Batch batch;
  };
  using Batches = database::GroupCommit<Owned, Logged>;
  Task<void> make_partition(std::chrono::year_month month);
  Task<void> make_partitions(std::int64_t now_utc_ns);
  Task<void> drop_months(std::int64_t before_utc_ns);
  Task<bool> remove_some(std::string owner, std::int64_t before_utc_ns);

  database::Database& database_;
  const LogOptions options_;
  const std::function<std::int64_t()> now_;
  Bell bell_;
  std::atomic<bool> draining_{false};
  std::atomic<std::int64_t> partitioned_until_{0};
  std::int64_t tidied_utc_ns_ = 0;  // of the calls of `tidy`
  Batches batches_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> streams_;  // under the mutex
};

}  // namespace reprise::analytics
