#pragma once

// The table of jobs: work that must be done although the node that began it may die, and that two
// nodes must not do at the same time (docs/adr/2026-11-28-jobs-and-nodes.md).

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "platform/database/database.hpp"
#include "platform/jobs/job_rules.hpp"

namespace reprise::jobs {

/// Names this process among all that use the database: host, process, and a random part.
std::string new_node_name();

struct JobsOptions {
  std::string node = new_node_name();
  Nodes nodes = Nodes::One;
  /// The clock of leases is the database's, since the clocks of nodes may differ. This is its time
  /// in SQL, an integer in nanoseconds; empty with SQLite, whose clock is this process's.
  std::string now_sql = {};
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  /// Whether nodes hear each other (database::PostgresListener). Otherwise they only ask.
  bool tells = false;
};
/// `now_sql` of PostgreSQL.
inline constexpr const char* kPostgresNow =
    "cast(extract(epoch from clock_timestamp()) * 1000000000 as bigint)";

/// A row for people.
struct JobRow {
  std::string kind;
  std::string key;
  JobState state;
  Standing standing = Standing::Waiting;
  std::string last_error;
};

/// Any thread. The database outlives it. Whatever does work must bear that it is done twice: a node
/// that stands still for longer than its lease goes on afterwards. Throws DatabaseError.
class Jobs {
 public:
  Jobs(database::Database& database, JobsOptions options)
      : database_(database), options_(std::move(options)) {}

  /// Adds a job, inside the transaction that makes it necessary. It is due after `wait`.
  void add(database::Transaction& transaction, Kind kind, const std::string& key,
           std::chrono::nanoseconds wait) const;
  /// Removes a job whose work is done, inside the transaction that says so.
  static void remove(database::Transaction& transaction, Kind kind, const std::string& key);
  /// Whether another node works on it.
  bool is_elsewhere(database::Transaction& transaction, Kind kind, const std::string& key) const;

  /// Makes a job due after `wait`, whenever it was due before.
  Task<void> put_off(Kind kind, std::string key, std::chrono::nanoseconds wait, Deadline deadline);
  /// The keys of jobs that may be taken now, the oldest first.
  Task<std::vector<std::string>> due(Kind kind, std::int64_t count_max);
  /// Takes a job, which is made when there is none. False: somebody else works on it, or its time
  /// has not come. Whoever has taken it calls one of the three below.
  Task<bool> take(Kind kind, std::string key, Wish wish);
  /// The work is done: the job goes.
  Task<void> done(Kind kind, std::string key);
  /// Another node shall go on with it, now.
  Task<void> give_back(Kind kind, std::string key);
  /// It is tried again later, or given up; `what` says why, in a text without anybody's words.
  Task<void> failed(Kind kind, std::string key, std::string what);

  /// Renews the leases of all jobs that this node works on. Call it every kRenewEvery.
  Task<void> renew();
  /// Tells all nodes that something of these recordings has changed. May get lost, and never
  /// throws.
  Task<void> tell(std::string what, std::vector<std::string> ids);
  /// False: a renewal has found that another node has the job.
  bool is_at_work(Kind kind, const std::string& key) const;
  Nodes nodes() const { return options_.nodes; }

  /// All jobs that are work, at most `count_max`.
  Task<std::vector<JobRow>> list(std::int64_t count_max);
  /// Makes all jobs due that wait or were given up. Returns how many.
  Task<std::int64_t> retry();
  /// How many jobs of each kind stand how.
  Task<std::map<std::pair<std::string, Standing>, std::int64_t>> counts();

 private:
  using Name = std::pair<Kind, std::string>;
  struct Found;
  std::int64_t now(database::Transaction& transaction) const;
  Asker asker(const Name& name) const;
  std::optional<JobState> find(database::Transaction& transaction, const Name& name,
                               std::string_view lock) const;
  void note_work(const Name& name, Wish wish);
  /// Returns whether it was an attempt: it was taken because its time had come.
  bool forget_work(const Name& name);

  database::Database& database_;
  const JobsOptions options_;
  mutable std::mutex mutex_;
  std::map<Name, Wish> at_work_;  // under the mutex
};

}  // namespace reprise::jobs
