#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "platform/database/database.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace reprise::database {

/// Final (Unavailable) is only what shows that the disk cannot be trusted: a failed write, fsync or
/// read of the file or its log, and a file that has changed behind our back. A lack of descriptors,
/// memory or locks does not show that. `system_error`: the errno behind the failure, 0 when there
/// is none.
Failure failure_of(int extended_code, int system_error);

struct CloseConnection {
  void operator()(sqlite3* connection) const;
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};

/// One SQLite connection with its prepared statements. One thread at a time.
class SqliteConnection final : public Transaction {
 public:
  enum class Mode {
    Writer,  ///< creates the file, commits and checkpoints: at most one per file, in all processes
    Reader,  ///< read-only, never checkpoints; needs a living writer
    Still,   ///< read-only; nobody writes, and the log is empty: makes no file beside it
  };
  /// Throws DatabaseError.
  /// `steps`: as in SqliteOptions.
  SqliteConnection(const std::filesystem::path& file, Mode mode,
                   std::atomic<std::int64_t>* steps = nullptr);

  using Transaction::run;
  Rows run(std::string_view sql, std::span<const Value> values) override;
  /// Runs every statement of `script`; for migrations.
  void run_script(const std::string& script);
  /// Moves the whole write-ahead log into the file and empties it. Call it outside of a
  /// transaction. False: readers were in the way for longer than `wait`.
  bool truncate_log(std::chrono::milliseconds wait);
  /// Statements that run at this time are ended with DatabaseError (Busy). For readers only: a
  /// statement that writes would take the work of others in its transaction with it.
  void end_statements_at(Deadline deadline);
  /// False when SQLite has already rolled back by itself.
  bool in_transaction() const;

 private:
  static constexpr std::size_t kStatementsMax = 256;
  /// A prepared statement. For each of its parameters: the number n of `$n`.
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement;
    std::vector<std::size_t> parameters;
  };
  Prepared& prepared(std::string_view sql);
  [[noreturn]] void fail_now(std::string_view doing) const;

  std::unique_ptr<sqlite3, CloseConnection> connection_;
  std::atomic<std::int64_t>* const steps_;
  Deadline deadline_ = Deadline::never();
  std::unordered_map<std::string, Prepared> statements_;  // before connection_ in destruction order
};

}  // namespace reprise::database
