#pragma once

#include <memory>
#include <string>

struct pg_conn;

namespace reprise::database {

/// What our texts are, whatever the URL says.
inline constexpr const char* kPostgresEncoding = "UTF8";

/// Which database to use, and how.
struct PostgresTarget {
  std::string url;      ///< a URI of libpq; holds the password
  bool prepare = true;  ///< false behind a pooler in transaction mode: only unnamed statements
  bool durable = true;  ///< refuse `synchronous_commit = off`
  std::string shown;    ///< host, port and database, for people
};

struct FinishConnection {
  void operator()(pg_conn* connection) const;
};

/// Connects; blocks as long as libpq does. The connection's status tells whether it worked.
std::unique_ptr<pg_conn, FinishConnection> connect_to(const PostgresTarget& target);

/// Whether libpq tries to connect at all, or finds that an option of the URL makes no sense (an
/// unknown sslmode). Blocks as long as connecting does.
bool is_tried(const PostgresTarget& target);

/// Why libpq did not connect. It tries some servers twice (with encryption and without) and says
/// the same of both.
std::string why_not_connected(const pg_conn* connection);

/// Connects once more to learn the SQLSTATE: libpq tells it only when it is asked to before the
/// server answers. Empty: the server has not answered.
std::string why_refused(const PostgresTarget& target);

/// A message of libpq without the blanks at its end.
std::string trimmed(const char* message);

}  // namespace reprise::database
