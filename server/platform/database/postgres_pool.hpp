#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "platform/database/postgres_connection.hpp"

namespace reprise::database {

/// The connections of this node to PostgreSQL, shared by the threads of the engine. One is made
/// when a thread needs one and none is free, so there are never more than threads. There may be
/// fewer: a server, a role or a pooler may allow fewer, and then threads wait for each other's, in
/// the order in which they came. Any thread. Outlives its leases.
class PostgresPool {
 public:
  /// `prepare` is called with each new connection before anything else is done on it.
  PostgresPool(PostgresTarget target, std::function<void(PostgresConnection&)> prepare)
      : target_(std::move(target)), prepare_(std::move(prepare)) {}

  struct GiveBack {
    PostgresPool* pool = nullptr;
    void operator()(PostgresConnection* connection) const;
  };
  /// A connection that is given back at the end, after a rollback of what was not committed.
  using Lease = std::unique_ptr<PostgresConnection, GiveBack>;

  /// A connection without a transaction. Throws PostgresError:
  /// - with Remedy::Reconnect when there is none and the database could not be reached;
  /// - with Remedy::None when that has been so for longer than a restart takes, or the server has
  ///   said nothing, at once, so that nobody waits for nothing; and when no connection was free
  ///   before the deadline (Busy);
  /// - with Remedy::Operator as the constructor of PostgresConnection.
  Lease take(Deadline deadline);

 private:
  using Connection = std::unique_ptr<PostgresConnection>;
  using Lock = std::unique_lock<std::mutex>;
  class Turn;

  Connection wait_for_idle(Lock& lock, bool again, Deadline deadline);
  Connection newest_idle();
  Connection open(Lock& lock);
  Deadline next_try() const;
  void note_away(const std::string& why);
  void note_few(const char* why);
  void note_opened();
  void give_back(Connection connection);

  const PostgresTarget target_;
  const std::function<void(PostgresConnection&)> prepare_;

  mutable std::mutex mutex_;  // of all that follows
  std::vector<Connection> idle_;
  std::size_t held_ = 0;                        ///< those that are idle or lent
  std::list<std::condition_variable> waiting_;  ///< the one that came first is the first
  std::atomic<int> trying_{0};                  ///< threads that make a connection
  std::optional<std::string> away_;             ///< why there is no connection at all
  Deadline away_until_ = Deadline::after({});   ///< nobody tries before
  Deadline blip_until_ = Deadline::after({});   ///< until then it may be a restart
  bool few_ = false;                            ///< no more connections are given
  Deadline few_until_ = Deadline::after({});
};

}  // namespace reprise::database
