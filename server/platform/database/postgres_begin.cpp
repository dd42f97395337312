#include "platform/database/postgres_begin.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reprise::database {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLockWaitMax{5000};
constexpr milliseconds kReadMax = std::chrono::hours{1};
/// The server's limits end this much before ours, so that its answer arrives and the connection
/// stays usable.
constexpr milliseconds kAnswerTime{250};

/// At least 1 ms: 0 means no limit to PostgreSQL.
milliseconds server_time(milliseconds left) {
  return std::max(left - std::min(kAnswerTime, left / 4), milliseconds{1});
}

}  // namespace

std::string begin_of(PostgresConnection::Mode mode, milliseconds left) {
  switch (mode) {
    case PostgresConnection::Mode::Write:
      // No statement_timeout, also none of the role: it would end a commit too, which must not be
      // cancelled.
      return fmt::format(
          "begin isolation level serializable read write; set local statement_timeout = 0; set "
          "local lock_timeout = {}; set local idle_in_transaction_session_timeout = '30s'",
          std::min(kLockWaitMax, server_time(left)).count());
    case PostgresConnection::Mode::Read:
      return fmt::format(
          "begin isolation level repeatable read read only; set local statement_timeout = {}",
          std::min(kReadMax, server_time(left)).count());
    case PostgresConnection::Mode::Plain:
      break;
  }
  // A role's own limits are not made for migrations.
  return "begin isolation level read committed read write; set local statement_timeout = 0; set "
         "local lock_timeout = 0";
}

}  // namespace reprise::database
