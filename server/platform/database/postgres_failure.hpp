#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platform/database/database.hpp"

// What PostgreSQL says went wrong, in our words. Pure.
namespace reprise::database {

/// What may be done about it.
enum class Remedy {
  None,       ///< the same statement would fail again
  Repeat,     ///< another transaction was in the way: the whole work may be done again
  Reconnect,  ///< the connection is of no use any more: the whole work, on another one
  Operator,   ///< login, database, rights or schema: somebody has to mend the settings
};

struct Verdict {
  Failure failure = Failure::Other;
  Remedy remedy = Remedy::None;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// `sqlstate`: five characters (PostgreSQL 15, appendix A); anything else counts as a lost
/// connection, because libpq gives none for what it finds out by itself.
Verdict verdict_of(std::string_view sqlstate);

/// The SQLSTATE within libpq's words for a refused connection at PQERRORS_VERBOSE
/// (`FATAL:  28P01: password …`); empty when the server has said nothing. Of several hosts the last
/// one counts.
std::string sqlstate_in(std::string_view message);

/// How long to wait before the whole work is done again; none: not again. `attempt`: 0 after the
/// first failure. `dice`: 0 … 1, so that those who were in each other's way do not meet again.
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
