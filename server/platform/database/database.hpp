#pragma once

// The one interface between SQL and the rest of the server. SQLite and PostgreSQL implement it, and
// both pass the same contract test.

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "base/types.hpp"

namespace reprise::database {

/// A parameter or a column: null, integer, text or blob. Times are integers (`…_utc_ns`).
class Value {
 public:
  Value(std::nullopt_t) {}
  Value(std::int64_t number) : held_(number) {}
  Value(std::string text) : held_(std::move(text)) {}
  Value(std::string_view text) : held_(std::string(text)) {}
  Value(const char* text) : held_(std::string(text)) {}
  Value(Bytes blob) : held_(std::move(blob)) {}
  template <class T>
  Value(std::optional<T> value) {
    if (value) *this = Value(std::move(*value));
  }
  const auto& held() const { return held_; }

 private:
  std::variant<std::monostate, std::int64_t, std::string, Bytes> held_;
};

/// One row of an answer. Reading a column that holds another type, or null, throws DatabaseError
/// (Damaged): the row breaks the schema's rules.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}
  std::int64_t integer(std::size_t column) const;
  const std::string& text(std::size_t column) const;
  std::optional<std::int64_t> maybe_integer(std::size_t column) const;  ///< empty for null
  std::optional<std::string> maybe_text(std::size_t column) const;      ///< empty for null

 private:
  std::vector<Value> columns_;
};

struct Rows {
  std::vector<Row> rows;
  std::int64_t changed = 0;  ///< rows inserted, updated or deleted by this statement
};

/// What went wrong, in the same terms for every engine.
enum class Failure {
  Constraint,  ///< unique, foreign key, check or not null; the statement had no effect
  /// Locked or not serialisable for longer than the engine waits, or not begun at the deadline of
  /// the call. Nothing was done; may be tried again.
  Busy,
  Full,         ///< no space left; reads still work
  Damaged,      ///< this row breaks the schema's rules; other rows are not affected
  Unavailable,  ///< the disk, the file or the connection is broken
  Other,        ///< a bug in our SQL
};

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(Failure failure, const std::string& detail)
      : std::runtime_error(detail), failure_(failure) {}
  Failure failure() const { return failure_; }

 private:
  Failure failure_;
};

/// One statement with its parameters. `sql` outlives it.
struct Statement {
  std::string_view sql;
  std::vector<Value> values;
};

/// Runs statements inside one transaction. Valid during the call that received it, on its thread.
class Transaction {
 public:
  virtual ~Transaction() = default;
  /// `sql` is one statement, text that both engines understand, with parameters `$1` … `$n`. Throws
  /// DatabaseError.
  virtual Rows run(std::string_view sql, std::span<const Value> values) = 0;
  Rows run(std::string_view sql, std::initializer_list<Value> values = {}) {
    return run(sql, std::span<const Value>(values.begin(), values.size()));
  }
  /// Runs statements that do not need each other's answers: over a network, all of them in one
  /// round trip. The first one that fails ends it, and then nothing of the transaction is stored.
  /// Throws DatabaseError.
  virtual std::vector<Rows> run_all(std::span<const Statement> statements);
  /// The first row of an answer, if there is one.
  std::optional<Row> first(std::string_view sql, std::initializer_list<Value> values = {});
};

template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};

/// The deadline of calls that no request waits for. A request passes its own deadline.
inline constexpr std::chrono::seconds kUsualWait{30};
inline Deadline usual_deadline() { return Deadline::after(kUsualWait); }

/// Any thread. `work` runs on a thread of the database and must only compute and call its
/// transaction. It may run more than once: an engine repeats a transaction that could not be
/// serialised.
///
/// Each call has a deadline. Work that has not begun by then is not done: DatabaseError (Busy) is
/// thrown at the deadline. Work that has begun is waited for, even when the caller is cancelled,
/// because the caller could only guess its outcome (an engine may end a statement at the deadline,
/// with an error). So the caller's frame outlives `work`, which may refer to it.
class Database {
 public:
  virtual ~Database() = default;

  /// Runs `work` in a transaction, which is durable on return. Stores nothing when `work` throws or
  /// returns a `Result` with an error. Throws DatabaseError. Resumes on the caller's executor.
  template <class Work>
  Task<std::invoke_result_t<Work, Transaction&>> write(Deadline deadline, Work work);

  /// The same for work that frees space: on a full disk the spare file is removed first.
  template <class Work>
  Task<std::invoke_result_t<Work, Transaction&>> write_freeing(Deadline deadline, Work work);

  /// Runs `work` on one consistent state. `work` cannot write. Throws DatabaseError.
  template <class Work>
  Task<std::invoke_result_t<Work, Transaction&>> read(Deadline deadline, Work work);

  /// Removes what deleted rows left behind in the files, and makes the spare file again. False:
  /// readers were in the way for longer than the engine waits; call it again later. Throws
  /// DatabaseError.
  virtual Task<bool> scrub(Deadline deadline) = 0;

  /// Why the database takes no writes (for /readyz); empty while it does. Once set, it stays set.
  virtual std::optional<std::string> broken() const = 0;

  /// Finishes what is queued and closes the connections. Blocks; idempotent. Nothing may be started
  /// after it.
  virtual void close() = 0;

 protected:
  /// `work` returns whether its writes shall be kept.
  virtual Task<void> run_write(Deadline deadline, std::function<bool(Transaction&)> work) = 0;
  virtual Task<void> run_read(Deadline deadline, std::function<void(Transaction&)> work) = 0;
  /// Removes the spare file. False when there is none. Any thread.
  virtual bool give_back_spare() = 0;
};

template <class Work>
Task<std::invoke_result_t<Work, Transaction&>> Database::write(Deadline deadline, Work work) {
  using Value_ = std::invoke_result_t<Work, Transaction&>;
  if constexpr (std::is_void_v<Value_>) {
    std::function<bool(Transaction&)> job = [&work](Transaction& transaction) {
      work(transaction);
      return true;
    };
    co_await run_write(deadline, std::move(job));
  } else {
    std::optional<Value_> answer;
    std::function<bool(Transaction&)> job = [&work, &answer](Transaction& transaction) {
      answer.emplace(work(transaction));
      if constexpr (IsResult<Value_>::value) return answer->has_value();
      return true;
    };
    co_await run_write(deadline, std::move(job));
    co_return *std::move(answer);
  }
}

template <class Work>
Task<std::invoke_result_t<Work, Transaction&>> Database::write_freeing(Deadline deadline,
                                                                       Work work) {
  try {
    co_return co_await write(deadline, work);
  } catch (const DatabaseError& error) {
    if (error.failure() != Failure::Full || !give_back_spare()) throw;
  }
  co_return co_await write(deadline, std::move(work));
}

template <class Work>
Task<std::invoke_result_t<Work, Transaction&>> Database::read(Deadline deadline, Work work) {
  using Value_ = std::invoke_result_t<Work, Transaction&>;
  std::optional<Value_> answer;
  std::function<void(Transaction&)> job = [&work, &answer](Transaction& transaction) {
    answer.emplace(work(transaction));
  };
  co_await run_read(deadline, std::move(job));
  co_return *std::move(answer);
}

}  // namespace reprise::database
