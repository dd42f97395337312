#include "platform/database/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>

#include "base/log.hpp"
#include "base/time_left.hpp"
#include "platform/database/postgres_begin.hpp"

namespace reprise::database {
namespace {

// Types of columns and parameters (PostgreSQL's catalogue, pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

/// For each address, because a firewall may drop packets without an answer. libpq's minimum is 2 s.
constexpr const char* kConnectSeconds = "3";
/// A peer that vanished is noticed after 30 + 3 * 10 s; one that does not acknowledge what we sent,
/// after 15 s.
constexpr std::array<std::pair<const char*, const char*>, 8> kDefaults{{
    {"application_name", "reprise"},
    {"client_encoding", "UTF8"},
    {"connect_timeout", kConnectSeconds},
    {"target_session_attrs", "read-write"},  // of several hosts, the primary
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
}};
std::string trimmed(const char* message) {
  std::string text(message == nullptr ? "" : message);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

/// One parameter as text. `text` must outlive the call that sends it.
struct Parameter {
  Oid type = 0;
  std::string text;
  bool null = false;
  bool binary = false;
};

struct ToParameter {
  Parameter operator()(std::monostate) const { return {.null = true}; }
  Parameter operator()(std::int64_t number) const {
    return {.type = kInt8, .text = std::to_string(number)};
  }
  Parameter operator()(const std::string& text) const {
    if (text.contains('\0')) {
      throw DatabaseError(Failure::Constraint, "PostgreSQL stores no text with a NUL character");
    }
    return {.type = kText, .text = text};
  }
  Parameter operator()(const Bytes& blob) const {
    return {.type = kBytea,
            .text = std::string(reinterpret_cast<const char*>(blob.data()), blob.size()),
            .binary = true};
  }
};

/// Reads a whole number of any type, also of type numeric: a sum of bigint is numeric.
std::int64_t integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw DatabaseError(Failure::Damaged, fmt::format("a column holds {}, no integer", text));
  }
  return number;
}

Value column(const PGresult* answer, int row, int index) {
  if (PQgetisnull(answer, row, index) != 0) return std::nullopt;
  const char* data = PQgetvalue(answer, row, index);
  const std::string_view text(data, static_cast<std::size_t>(PQgetlength(answer, row, index)));
  switch (PQftype(answer, index)) {
    case kBool:
      return std::int64_t{text == "t" ? 1 : 0};
    case kInt2:
    case kInt4:
    case kInt8:
    case kNumeric:
      return integer_of(text);
    case kBytea: {
      std::size_t size = 0;
      const std::unique_ptr<unsigned char, decltype(&PQfreemem)> plain(
          PQunescapeBytea(reinterpret_cast<const unsigned char*>(data), &size), &PQfreemem);
      if (!plain) throw std::bad_alloc();
      const auto* first = reinterpret_cast<const std::byte*>(plain.get());
      return Bytes(first, first + size);
    }
    case kFloat4:
    case kFloat8:
      throw DatabaseError(Failure::Damaged, "a column holds a floating-point number");
    default:
      return text;
  }
}

Rows rows_of(const PGresult* answer) {
  Rows rows;
  const int columns = PQnfields(answer);
  rows.rows.reserve(static_cast<std::size_t>(PQntuples(answer)));
  for (int i = 0; i < PQntuples(answer); ++i) {
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int k = 0; k < columns; ++k) values.push_back(column(answer, i, k));
    rows.rows.emplace_back(std::move(values));
  }
  const std::string_view changed(PQcmdTuples(const_cast<PGresult*>(answer)));
  const std::string_view command(PQcmdStatus(const_cast<PGresult*>(answer)));
  if (!changed.empty() && !command.starts_with("SELECT")) rows.changed = integer_of(changed);
  return rows;
}

/// Connects once more to learn the SQLSTATE: libpq tells it only when it is asked to before the
/// server answers. Empty: the server has not answered.
std::string why_refused(const PostgresTarget& target) {
  constexpr std::chrono::seconds kWait{3};
  const Deadline deadline = Deadline::after(kWait);
  const std::array<const char*, 2> names{"dbname", nullptr};
  const std::array<const char*, 2> values{target.url.c_str(), nullptr};
  const std::unique_ptr<pg_conn, FinishConnection> connection(
      PQconnectStartParams(names.data(), values.data(), 1));
  if (!connection) throw std::bad_alloc();
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  for (auto state = PGRES_POLLING_WRITING; !deadline.passed();
       state = PQconnectPoll(connection.get())) {
    if (state == PGRES_POLLING_FAILED || state == PGRES_POLLING_OK) break;
    pollfd wait{.fd = PQsocket(connection.get()),
                .events = static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                .revents = 0};
    ::poll(&wait, 1, 100);
  }
  return sqlstate_in(PQerrorMessage(connection.get()));
}

}  // namespace

std::unique_ptr<pg_conn, FinishConnection> connect_to(const PostgresTarget& target) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : kDefaults) {
    names.push_back(name);
    values.push_back(value);
  }
  // Expanded at this place: what the URL says comes after the defaults and wins.
  names.push_back("dbname");
  values.push_back(target.url.c_str());
  names.push_back(nullptr);
  values.push_back(nullptr);
  std::unique_ptr<pg_conn, FinishConnection> connection(
      PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection) throw std::bad_alloc();
  return connection;
}

void FinishConnection::operator()(pg_conn* connection) const { PQfinish(connection); }
void ClearAnswer::operator()(pg_result* answer) const { PQclear(answer); }

PostgresConnection::PostgresConnection(const PostgresTarget& target)
    : connection_(connect_to(target)), prepare_(target.prepare) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    const std::string state = why_refused(target);
    const Verdict verdict = state.empty() ? verdict_of("08001") : verdict_of(state);
    throw PostgresError(verdict, trimmed(PQerrorMessage(connection_.get())));
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
      "current_setting('synchronous_commit'), current_setting('fsync')");
  commit();
  const Verdict refused{Failure::Unavailable, Remedy::Operator};
  if (row->integer(0) < kOldestVersion) {
    throw PostgresError(refused, fmt::format("PostgreSQL {} is too old, 13 or newer is needed",
                                             row->integer(0) / 10000));
  }
  if (target.durable && (row->text(1) == "off" || row->text(2) == "off")) {
    throw PostgresError(
        refused, fmt::format("the database acknowledges before it has written (synchronous_commit "
                             "= {}, fsync = {}), so a power failure would lose what we promised "
                             "to keep: switch both on there, or say --database-durable=false",
                             row->text(1), row->text(2)));
  }
}

void PostgresConnection::begin(Mode mode, Deadline deadline) {
  mode_ = mode;
  deadline_ = deadline;
  committing_ = false;
  run_script(begin_of(mode, time_left(deadline)));
}

Rows PostgresConnection::run(std::string_view sql, std::span<const Value> values) {
  std::vector<Parameter> parameters;
  parameters.reserve(values.size());
  for (const Value& value : values) parameters.push_back(std::visit(ToParameter{}, value.held()));
  std::vector<Oid> types;
  std::vector<const char*> texts;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const Parameter& one : parameters) {
    types.push_back(one.type);
    texts.push_back(one.null ? nullptr : one.text.c_str());
    lengths.push_back(static_cast<int>(one.text.size()));
    formats.push_back(one.binary ? 1 : 0);
  }
  const int count = static_cast<int>(parameters.size());
  const std::string statement = prepare_ ? statement_for(sql, types) : std::string();
  if (prepare_) {
    send(PQsendQueryPrepared(connection_.get(), statement.c_str(), count, texts.data(),
                             lengths.data(), formats.data(), 0));
  } else {
    send(PQsendQueryParams(connection_.get(), std::string(sql).c_str(), count, types.data(),
                           texts.data(), lengths.data(), formats.data(), 0));
  }
  return rows_of(answer_before(deadline_).get());
}

/// The name of the prepared statement for this text with parameters of these types. A null has no
/// type, so that one text may be prepared more than once.
std::string PostgresConnection::statement_for(std::string_view sql,
                                              const std::vector<unsigned>& types) {
  std::string key;
  for (const unsigned type : types) key += fmt::format("{},", type);
  key += sql;
  if (const auto known = statements_.find(key); known != statements_.end()) return known->second;
  if (statements_.size() >= kStatementsMax) {
    run_script("deallocate all");
    statements_.clear();
  }
  std::string name = fmt::format("s{}", statements_.size());
  send(PQsendPrepare(connection_.get(), name.c_str(), std::string(sql).c_str(),
                     static_cast<int>(types.size()), types.data()));
  answer_before(deadline_);
  statements_.emplace(std::move(key), name);
  return name;
}

void PostgresConnection::run_script(const std::string& script) {
  send(PQsendQuery(connection_.get(), script.c_str()));
  answer_before(deadline_);
}

void PostgresConnection::commit(std::string_view receipt) {
  warning_.clear();
  committing_ = true;
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

void PostgresConnection::send(int sent) {
  if (sent != 1) lost(trimmed(PQerrorMessage(connection_.get())));
}

/// The last result of a message, or its first failure.
PostgresConnection::Answer PostgresConnection::answer_before(Deadline deadline) {
  PGconn* connection = connection_.get();
  for (int left = PQflush(connection); left != 0; left = PQflush(connection)) {
    if (left < 0) lost(trimmed(PQerrorMessage(connection)));
    wait_for(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(connection) != 1) lost(trimmed(PQerrorMessage(connection)));
  }
  Answer last;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      wait_for(POLLIN, deadline);
      if (PQconsumeInput(connection) != 1) lost(trimmed(PQerrorMessage(connection)));
    }
    Answer next(PQgetResult(connection));
    if (!next) break;
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
      if (!committing_) cancel();
      lost("no answer within the time that we wait");
    }
    constexpr std::int64_t kPollMax = 1000;
    const int ready =
        ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left.count(), kPollMax)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lost("poll failed");
  }
}

/// Stops work on the server that nobody waits for. The answer does not matter.
void PostgresConnection::cancel() noexcept {
  PGcancel* cancelling = PQgetCancel(connection_.get());
  std::array<char, 256> why{};
  if (cancelling != nullptr) PQcancel(cancelling, why.data(), why.size());
  PQfreeCancel(cancelling);
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
  throw PostgresError(verdict, trimmed(PQresultErrorMessage(answer)));
}

}  // namespace reprise::database
