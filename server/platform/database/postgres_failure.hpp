#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platform/database/database.hpp"

// Translates PostgreSQL's errors into our own terms. Pure.
namespace reprise::database {

/// What may be done about a failure.
enum class Remedy {
  None,       ///< the same statement would fail again
  Repeat,     ///< another transaction was in the way: do the whole work again
  Reconnect,  ///< the connection cannot be used any more: do the whole work on another one
  Operator,   ///< login, database, rights or schema: a person has to change the settings
};

struct Verdict {
  Failure failure = Failure::Other;
  Remedy remedy = Remedy::None;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// `sqlstate` is five characters (PostgreSQL 15, appendix A). Anything else counts as a lost
/// connection, because libpq gives no state for failures that it finds by itself.
Verdict verdict_of(std::string_view sqlstate);

/// The verdict on a refused connection: `sqlstate` as the server has said it (empty: it has said
/// nothing), and libpq's message. PgBouncer gives one state to all that it refuses.
Verdict verdict_of_refusal(std::string_view sqlstate, std::string_view message);

/// The SQLSTATE in libpq's message for a refused connection at PQERRORS_VERBOSE (`FATAL:  28P01:
/// password …`); empty when the server has said nothing. With several hosts, the last one counts.
std::string sqlstate_in(std::string_view message);

/// Whether libpq has waited in vain for a server to say anything: no restart, which refuses at
/// once.
bool said_nothing(std::string_view message);

/// How long to wait before the whole work is done again; empty: do not do it again. `attempt` is 0
/// after the first failure. `dice`, 0 … 1, spreads the waits, so that two that were in each other's
/// way do not meet again.
std::optional<std::chrono::microseconds> wait_before_repeat(Remedy remedy, int attempt,
                                                            double dice);

class PostgresError : public DatabaseError {
 public:
  PostgresError(Verdict verdict, const std::string& detail)
      : DatabaseError(verdict.failure, detail), remedy_(verdict.remedy) {}
  Remedy remedy() const { return remedy_; }

 private:
  Remedy remedy_;
};

}  // namespace reprise::database
