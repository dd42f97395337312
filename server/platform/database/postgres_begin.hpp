#pragma once

// The statements that begin a transaction of PostgreSQL.

#include <chrono>
#include <string>

#include "platform/database/postgres_connection.hpp"

namespace reprise::database {

/// The statements that begin a transaction of this kind whose call has `left` until its deadline.
/// The server's own limits come from it: a statement of a read ends, and a wait of a write for a
/// lock (SQLSTATE 57014 and 55P03, both Busy), a little before the deadline.
std::string begin_of(PostgresConnection::Mode mode, std::chrono::milliseconds left);

}  // namespace reprise::database
