#include "platform/database/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <future>
#include <iterator>
#include <memory>
#include <thread>

#include "base/log.hpp"
#include "base/time_left.hpp"
#include "platform/database/postgres_begin.hpp"
#include "platform/database/postgres_values.hpp"

namespace reprise::database {
namespace {

constexpr const char* kNotAllowed = "42501";  // PostgreSQL 15, appendix A
constexpr const char* kPreparedAlready = "42P05";

}  // namespace

void ClearAnswer::operator()(pg_result* answer) const { PQclear(answer); }

PostgresConnection::PostgresConnection(const PostgresTarget& target)
    : connection_(connect_to(target)), prepare_(target.prepare) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    const std::string why = why_not_connected(connection_.get());
    // Who has said nothing for seconds is not asked once more why.
    const std::string state = said_nothing(why) ? "" : why_refused(target);
    Verdict verdict = verdict_of_refusal(state, why);
    // libpq says this by itself: the server asked for a password, and the URL has none.
    if (PQconnectionNeedsPassword(connection_.get()) != 0) verdict.remedy = Remedy::Operator;
    throw PostgresError(verdict, why);
  }
  PQsetnonblocking(connection_.get(), 1);
  PQsetNoticeReceiver(
      connection_.get(),
      [](void* self, const PGresult* notice) {
        const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
        if (severity == nullptr || std::string_view(severity) != "WARNING") return;
        static_cast<PostgresConnection*>(self)->warning_ = trimmed(PQresultErrorMessage(notice));
      },
      this);
  check_server(target);
}

void PostgresConnection::check_server(const PostgresTarget& target) {
  constexpr std::int64_t kOldestVersion = 130000;
  constexpr std::chrono::seconds kWait{5};
  begin(Mode::Read, Deadline::after(kWait));
  const auto row = first(
      "select current_setting('server_version_num')::bigint, "
      "current_setting('synchronous_commit'), current_setting('fsync'), "
      "current_setting('server_encoding')");
  commit();
  const Verdict refused{Failure::Unavailable, Remedy::Operator};
  if (row->integer(0) < kOldestVersion) {
    throw PostgresError(refused, fmt::format("PostgreSQL {} is too old, 13 or newer is needed",
                                             row->integer(0) / 10000));
  }
  if (row->text(3) != kPostgresEncoding) {  // others lack letters, or count bytes for characters
    throw PostgresError(refused, fmt::format("the encoding of the database is {}: give Reprise one "
                                             "that was made with encoding 'UTF8'",
                                             row->text(3)));
  }
  if (target.durable && (row->text(1) == "off" || row->text(2) == "off")) {
    throw PostgresError(
        refused, fmt::format("the database acknowledges before it has written (synchronous_commit "
                             "= {}, fsync = {}), so a power failure would lose what we promised "
                             "to keep: switch both on there, or say --database-durable=false",
                             row->text(1), row->text(2)));
  }
}

void PostgresConnection::begin(Mode mode, Deadline deadline, std::chrono::milliseconds within) {
  mode_ = mode;
  deadline_ = sooner_of(deadline, within);
  can_cancel_ = false;
  run_script(begin_of(mode, time_left(deadline)));
  can_cancel_ = true;
  deadline_ = deadline;
}

/// Sends a statement without waiting for its answer. `name`: that of the prepared one.
void PostgresConnection::send_statement(std::string_view sql, const PostgresParameters& parameters,
                                        const std::string& name) {
  if (prepare_) {
    send(PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count(),
                             parameters.texts(), parameters.lengths(), parameters.formats(), 0));
  } else {
    send(PQsendQueryParams(connection_.get(), std::string(sql).c_str(), parameters.count(),
                           parameters.types().data(), parameters.texts(), parameters.lengths(),
                           parameters.formats(), 0));
  }
}

Rows PostgresConnection::run(std::string_view sql, std::span<const Value> values) {
  const PostgresParameters parameters(values);
  std::string name;
  if (prepare_) {
    std::vector<std::string> keys{PreparedStatements::key_of(sql, parameters.types())};
    make_room(keys);
    name = prepare(std::move(keys.front()), sql, parameters.types());
  }
  send_statement(sql, parameters, name);
  return rows_of(answer_before(deadline_).get());
}

std::vector<Rows> PostgresConnection::run_all(std::span<const Statement> statements) {
  std::vector<Rows> rows;
  rows.reserve(statements.size());
  while (!statements.empty()) {
    const auto some = statements.first(std::min(statements.size(), PreparedStatements::kMax));
    std::ranges::move(run_together(some), std::back_inserter(rows));
    statements = statements.subspan(some.size());
  }
  return rows;
}

/// libpq's pipeline mode: all statements, then one Sync. After a failure the server passes over the
/// rest, and the transaction is aborted. The connection leaves the mode whatever happens, unless it
/// is lost.
std::vector<Rows> PostgresConnection::run_together(std::span<const Statement> statements) {
  PGconn* connection = connection_.get();
  std::vector<PostgresParameters> parameters;
  parameters.reserve(statements.size());
  for (const Statement& one : statements) parameters.emplace_back(one.values);
  const std::vector<std::string> names = prepare_all(statements, parameters);
  send(PQenterPipelineMode(connection));
  for (std::size_t i = 0; i < statements.size(); ++i) {
    send_statement(statements[i].sql, parameters[i], names[i]);
  }
  send(PQpipelineSync(connection));
  flush(deadline_);
  std::vector<Answer> answers;
  Answer failed;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    Answer answer = next_answer(deadline_);
    if (!answer) lost("the server left a statement without an answer");
    const auto status = PQresultStatus(answer.get());
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good && !failed) failed = std::move(answer);
    if (good) answers.push_back(std::move(answer));
    if (next_answer(deadline_)) lost("a statement has two answers");
  }
  const Answer end = next_answer(deadline_);
  if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) lost("the answers do not end");
  send(PQexitPipelineMode(connection));
  if (failed) fail_of(failed.get());
  std::vector<Rows> rows;
  rows.reserve(answers.size());
  for (const Answer& answer : answers) rows.push_back(rows_of(answer.get()));
  return rows;
}

/// Their names; empty ones when nothing is prepared.
std::vector<std::string> PostgresConnection::prepare_all(
    std::span<const Statement> statements, const std::vector<PostgresParameters>& parameters) {
  std::vector<std::string> names(statements.size());
  if (!prepare_) return names;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    names[i] = PreparedStatements::key_of(statements[i].sql, parameters[i].types());
  }
  make_room(names);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    names[i] = prepare(std::move(names[i]), statements[i].sql, parameters[i].types());
  }
  return names;
}

/// Forgets all prepared statements when these would be too many with them.
void PostgresConnection::make_room(std::span<const std::string> keys) {
  if (statements_.have_room_for(keys)) return;
  run_script("deallocate all");
  statements_.forget();
}

/// The name of the prepared statement with this key.
std::string PostgresConnection::prepare(std::string key, std::string_view sql,
                                        const std::vector<unsigned>& types) {
  if (const auto known = statements_.name_of(key)) return *known;
  const std::string name = PreparedStatements::new_name(key);
  send(PQsendPrepare(connection_.get(), name.c_str(), std::string(sql).c_str(),
                     static_cast<int>(types.size()), types.data()));
  answer_before(deadline_);
  statements_.add(std::move(key), name);
  return name;
}

void PostgresConnection::run_script(const std::string& script) {
  send(PQsendQuery(connection_.get(), script.c_str()));
  answer_before(deadline_);
}

void PostgresConnection::commit(std::string_view receipt) {
  warning_.clear();
  can_cancel_ = false;
  // Never cancelled: the server would answer COMMIT although a standby has not got it
  // ("canceling wait for synchronous replication", PostgreSQL 15, SyncRepWaitForLSN).
  deadline_ = Deadline::after(kCommitWait);
  const std::string stored =
      receipt.empty()
          ? ""
          : fmt::format("insert into write_receipt (receipt_id) values ('{}'); ", receipt);
  send(PQsendQuery(connection_.get(), (stored + "commit").c_str()));
  const Answer answer = answer_before(deadline_);
  const std::string_view done(PQcmdStatus(answer.get()));
  if (done != "COMMIT") {
    throw PostgresError({Failure::Other, Remedy::None},
                        fmt::format("the database answered {} to a commit", done));
  }
  if (!warning_.empty()) {
    throw PostgresError({Failure::Unavailable, Remedy::None},
                        "the database warned about a commit: " + warning_);
  }
}

void PostgresConnection::rollback() noexcept {
  if (!usable_ || PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  try {
    constexpr std::chrono::seconds kWait{5};
    deadline_ = Deadline::after(kWait);
    run_script("rollback");
  } catch (const std::exception& error) {
    log::warn("database.rollback_failed", {{"what", error.what()}});
    usable_ = false;
  }
}

bool PostgresConnection::is_usable() const {
  return usable_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool PostgresConnection::is_quiet() const {
  pollfd input{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
  return ::poll(&input, 1, 0) == 0;
}

void PostgresConnection::send(int sent) {
  if (sent != 1) lost(trimmed(PQerrorMessage(connection_.get())));
}

void PostgresConnection::flush(Deadline deadline) {
  PGconn* connection = connection_.get();
  for (int left = PQflush(connection); left != 0; left = PQflush(connection)) {
    if (left < 0) lost(trimmed(PQerrorMessage(connection)));
    wait_for(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(connection) != 1) lost(trimmed(PQerrorMessage(connection)));
  }
}

/// Null: the end of the answers to one message.
PostgresConnection::Answer PostgresConnection::next_answer(Deadline deadline) {
  PGconn* connection = connection_.get();
  while (PQisBusy(connection) != 0) {
    wait_for(POLLIN, deadline);
    if (PQconsumeInput(connection) != 1) lost(trimmed(PQerrorMessage(connection)));
  }
  return Answer(PQgetResult(connection));
}

/// The last result of a message, or its first failure.
PostgresConnection::Answer PostgresConnection::answer_before(Deadline deadline) {
  flush(deadline);
  Answer last;
  while (Answer next = next_answer(deadline)) {
    last = std::move(next);  // after a failure the rest of the message is not run
  }
  if (!last) lost("the server ended the connection");
  const auto status = PQresultStatus(last.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail_of(last.get());
  return last;
}

void PostgresConnection::wait_for(short events, Deadline deadline) {
  pollfd wait{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
  for (;;) {
    const std::chrono::milliseconds left = time_left(deadline);
    if (left.count() <= 0) {
      if (can_cancel_) cancel();
      lost("no answer within the time that we wait");
    }
    constexpr std::int64_t kPollMax = 1000;
    const int ready =
        ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left.count(), kPollMax)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lost("poll failed");
  }
}

/// Stops work on the server that nobody waits for. The answer does not matter. PQcancel has no time
/// limit, and a server that stands still would hold the thread that calls it.
void PostgresConnection::cancel() noexcept {
  constexpr int kAtOnceMax = 4;
  constexpr std::chrono::milliseconds kWait{500};
  static std::atomic<int> under_way{0};
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> asked(PQgetCancel(connection_.get()),
                                                           &PQfreeCancel);
  if (!asked) return;
  // Before the thread is there: many calls may end at the same time.
  if (++under_way > kAtOnceMax) {
    --under_way;
    return;
  }
  try {
    std::promise<void> over;
    const auto ended = over.get_future();
    std::thread([asked = std::move(asked), over = std::move(over)]() mutable {
      std::array<char, 256> why{};
      PQcancel(asked.get(), why.data(), why.size());
      --under_way;
      over.set_value();
    }).detach();
    ended.wait_for(kWait);
  } catch (const std::exception& error) {  // no thread, no memory: the server ends it by itself
    --under_way;
    log::warn("database.not_cancelled", {{"what", error.what()}});
  }
}

void PostgresConnection::lost(const std::string& why) {
  usable_ = false;
  throw PostgresError({Failure::Unavailable, Remedy::Reconnect}, why);
}

void PostgresConnection::fail_of(const pg_result* answer) {
  const char* field = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  Verdict verdict = verdict_of(state);
  if (state == "25006" && mode_ == Mode::Read) verdict = {Failure::Other, Remedy::None};
  if (verdict.remedy == Remedy::Reconnect) usable_ = false;
  // What a person reads has no place for the statement.
  const bool for_a_person = verdict.remedy == Remedy::Operator;
  std::string what = trimmed(for_a_person ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY)
                                          : PQresultErrorMessage(answer));
  if (state == kPreparedAlready) what += " (behind a pooler say --database-prepare=false)";
  if (state == kNotAllowed) {
    what += ": let the user of the URL make tables there (grant create, usage on schema … to …)";
  }
  throw PostgresError(verdict, what);
}

}  // namespace reprise::database
