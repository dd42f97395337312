#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "platform/database/postgres_connection.hpp"

namespace reprise::database {

/// The channel on which the nodes of an installation tell each other what has changed. A word may
/// get lost, so everybody also asks the database from time to time.
inline constexpr const char* kNodesChannel = "reprise";

/// Hears what is said on kNodesChannel with `pg_notify`, on a connection and a thread of its own.
/// Connects again when the connection is lost. The target must be PostgreSQL itself: behind a
/// pooler in transaction mode nothing is heard.
class PostgresListener {
 public:
  /// `heard` is called on the listener's thread with each text; must not block or throw.
  PostgresListener(PostgresTarget target, std::function<void(const std::string&)> heard);
  ~PostgresListener();
  PostgresListener(const PostgresListener&) = delete;
  PostgresListener& operator=(const PostgresListener&) = delete;

 private:
  void run();
  void listen();

  const PostgresTarget target_;
  const std::function<void(const std::string&)> heard_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace reprise::database
