#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "platform/database/postgres_connect.hpp"
#include "platform/database/postgres_failure.hpp"
#include "platform/database/prepared_statements.hpp"

struct pg_result;

namespace reprise::database {

class PostgresParameters;

struct ClearAnswer {
  void operator()(pg_result* answer) const;
};

/// One connection of libpq. One thread at a time. Every member but `rollback`, `is_usable` and
/// `is_quiet` throws PostgresError; after one with Remedy::Reconnect the connection cannot be used
/// any more.
class PostgresConnection final : public Transaction {
 public:
  enum class Mode {
    Write,  ///< serializable, as SQLite's one writer
    Read,   ///< one snapshot; cannot write
    Plain,  ///< read committed: sees what others commit meanwhile; used for migrations
  };
  /// Connects; blocks for at most the URL's connect_timeout (3 s without one) for each address.
  /// Throws with Remedy::Operator when the server refuses the login, or would lose what it has
  /// acknowledged.
  explicit PostgresConnection(const PostgresTarget& target);

  /// Begins a transaction. Everything up to `commit` must be answered before `deadline`; the
  /// beginning itself, for which a server waits for nobody, also `within` that time.
  void begin(Mode mode, Deadline deadline,
             std::chrono::milliseconds within = std::chrono::hours{1});
  using Transaction::run;
  Rows run(std::string_view sql, std::span<const Value> values) override;
  std::vector<Rows> run_all(std::span<const Statement> statements) override;
  /// Runs every statement of `script` in the transaction that has begun.
  void run_script(const std::string& script);
  /// Ends the transaction, which is durable on return. With a receipt (a UUID), a row for it is
  /// stored in the same transaction. Throws with Remedy::Reconnect when the outcome is not known.
  void commit(std::string_view receipt = {});
  void rollback() noexcept;
  bool is_usable() const;
  /// Whether the server has said nothing since its last answer. Without being asked it speaks when
  /// it ends a connection, and when a setting has changed.
  bool is_quiet() const;

 private:
  using Answer = std::unique_ptr<pg_result, ClearAnswer>;
  static constexpr std::chrono::seconds kCommitWait{15};

  void check_server(const PostgresTarget& target);
  std::vector<Rows> run_together(std::span<const Statement> statements);
  std::vector<std::string> prepare_all(std::span<const Statement> statements,
                                       const std::vector<PostgresParameters>& parameters);
  std::string prepare(std::string key, std::string_view sql, const std::vector<unsigned>& types);
  void send(int sent);
  void send_statement(std::string_view sql, const PostgresParameters& parameters,
                      const std::string& name);
  void make_room(std::span<const std::string> keys);
  void flush(Deadline deadline);
  Answer next_answer(Deadline deadline);
  Answer answer_before(Deadline deadline);
  void wait_for(short events, Deadline deadline);
  void cancel() noexcept;
  [[noreturn]] void lost(const std::string& why);
  [[noreturn]] void fail_of(const pg_result* answer);

  std::unique_ptr<pg_conn, FinishConnection> connection_;
  bool prepare_;
  bool usable_ = true;
  Mode mode_ = Mode::Read;
  Deadline deadline_ = Deadline::never();
  bool can_cancel_ = false;  ///< there is work that the server may drop
  std::string warning_;      ///< the newest WARNING of the server
  PreparedStatements statements_;
};

}  // namespace reprise::database
