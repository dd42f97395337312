#include "platform/database/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <charconv>

#include "base/assert.hpp"

namespace reprise::database {
namespace {

/// Steps of SQLite's machine between two looks at the clock: about a tenth of a millisecond.
constexpr int kStepsBetweenLooks = 10'000;
constexpr int kBusyWaitMs = 5'000;  // callers see no SQLITE_BUSY before this time

/// Resets the statement in any case, so that it holds no lock and no value.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

/// The values outlive the step, so that nothing is copied (SQLITE_STATIC).
struct Bind {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Bytes& blob) const {
    return sqlite3_bind_blob64(statement, index,
                               blob.empty() ? "" : static_cast<const void*>(blob.data()),
                               blob.size(), SQLITE_STATIC);
  }
};

/// What SQLite is given as a name, with SQLITE_OPEN_URI.
std::string still_file(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const bool special = c == '%' || c == '?' || c == '#';
    uri += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

Value column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return std::nullopt;
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, index);
    case SQLITE_TEXT:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, index)),
                         static_cast<std::size_t>(sqlite3_column_bytes(statement, index)));
    case SQLITE_BLOB: {
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement, index));
      return Bytes(data, data + sqlite3_column_bytes(statement, index));
    }
    default:
      throw DatabaseError(Failure::Damaged, "a column holds a floating-point number");
  }
}

}  // namespace

Failure failure_of(int extended_code, int system_error) {
  switch (extended_code) {
    case SQLITE_IOERR_WRITE:  // SQLite itself reports only ENOSPC as "full"
      return system_error == EDQUOT || system_error == EFBIG ? Failure::Full : Failure::Unavailable;
    case SQLITE_IOERR_TRUNCATE:  // on copy-on-write file systems even shortening a file needs space
      return system_error == ENOSPC || system_error == EDQUOT ? Failure::Full
                                                              : Failure::Unavailable;
    case SQLITE_IOERR_NOMEM:
    case SQLITE_IOERR_LOCK:
    case SQLITE_IOERR_UNLOCK:
    case SQLITE_IOERR_RDLOCK:
    case SQLITE_IOERR_CHECKRESERVEDLOCK:
    case SQLITE_IOERR_BLOCKED:
    case SQLITE_IOERR_ACCESS:
    case SQLITE_IOERR_FSTAT:
    case SQLITE_IOERR_GETTEMPPATH:
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMMAP:
    case SQLITE_IOERR_SHMLOCK:
      return Failure::Busy;
    case SQLITE_IOERR_SHMSIZE:  // the index of the log cannot grow
      return Failure::Full;
    default:
      break;
  }
  switch (extended_code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return Failure::Constraint;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:  // only by `end_statements_at`
      return Failure::Busy;
    case SQLITE_FULL:
      return Failure::Full;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
      return Failure::Unavailable;
    default:
      return Failure::Other;
  }
}

void CloseConnection::operator()(sqlite3* connection) const {
  const int code = sqlite3_close(connection);
  REPRISE_ASSERT(code == SQLITE_OK);
}
void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Mode mode,
                                   std::atomic<std::int64_t>* steps)
    : steps_(steps) {
  const int access =
      mode == Mode::Writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const std::string name = mode == Mode::Still ? still_file(file) : file.string();
  const int uri = mode == Mode::Still ? SQLITE_OPEN_URI : 0;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(
      name.c_str(), &opened, access | uri | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) fail_now("open " + file.string());
  sqlite3_busy_timeout(opened, kBusyWaitMs);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (mode == Mode::Writer) {
    run_script(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;"
        "pragma trusted_schema = off; pragma temp_store = memory;"
        // What was erased must not stay readable in free pages.
        "pragma secure_delete = on;");
  } else {
    // SQLite 3.40 can lose commits when one connection commits while another checkpoints.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    run_script("pragma wal_autocheckpoint = 0; pragma query_only = on;");
  }
}

void SqliteConnection::fail_now(std::string_view doing) const {
  const int code = sqlite3_extended_errcode(connection_.get());
  const int system_error = sqlite3_system_errno(connection_.get());
  throw DatabaseError(
      failure_of(code, system_error),
      fmt::format("sqlite {} ({}): {}", code, sqlite3_errmsg(connection_.get()), doing));
}

void SqliteConnection::end_statements_at(Deadline deadline) {
  deadline_ = deadline;
  const auto must_end = [](void* connection) {
    return static_cast<const SqliteConnection*>(connection)->deadline_.passed() ? 1 : 0;
  };
  sqlite3_progress_handler(connection_.get(), kStepsBetweenLooks, must_end, this);
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

bool SqliteConnection::truncate_log(std::chrono::milliseconds wait) {
  sqlite3_busy_timeout(connection_.get(), static_cast<int>(wait.count()));
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  sqlite3_busy_timeout(connection_.get(), kBusyWaitMs);
  if (code == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) fail_now("checkpoint");
  return true;
}

void SqliteConnection::run_script(const std::string& script) {
  if (sqlite3_exec(connection_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail_now(script.substr(0, 200));
  }
}

SqliteConnection::Prepared& SqliteConnection::prepared(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  sqlite3_stmt* compiled = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &compiled, &rest);
  Prepared made{.statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>(compiled),
                .parameters = {}};
  if (code != SQLITE_OK) fail_now(sql);
  if (compiled == nullptr ||
      std::string_view(rest, sql.data() + sql.size()).find_first_not_of(" \n;") !=
          std::string_view::npos) {
    throw DatabaseError(Failure::Other, fmt::format("not one statement: {}", sql));
  }
  for (int i = 1; i <= sqlite3_bind_parameter_count(compiled); ++i) {
    const char* name = sqlite3_bind_parameter_name(compiled, i);
    const std::string_view digits = name == nullptr ? "" : name + 1;
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number == 0) throw DatabaseError(Failure::Other, fmt::format("not $n: {}", sql));
    made.parameters.push_back(number);
  }
  if (statements_.size() >= kStatementsMax) statements_.clear();
  return statements_.emplace(std::move(key), std::move(made)).first->second;
}

Rows SqliteConnection::run(std::string_view sql, std::span<const Value> values) {
  Prepared& ready = prepared(sql);
  sqlite3_stmt* const statement = ready.statement.get();
  const Reset reset(statement);
  for (std::size_t i = 0; i < ready.parameters.size(); ++i) {
    const std::size_t number = ready.parameters[i];
    if (number > values.size()) {
      throw DatabaseError(Failure::Other, fmt::format("no value for ${}: {}", number, sql));
    }
    const Bind bind{.statement = statement, .index = static_cast<int>(i + 1)};
    if (std::visit(bind, values[number - 1].held()) != SQLITE_OK) fail_now(sql);
  }
  Rows answer;
  const sqlite3_int64 before = sqlite3_total_changes64(connection_.get());
  const int columns = sqlite3_column_count(statement);
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) fail_now(sql);
    std::vector<Value> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(column(statement, i));
    answer.rows.emplace_back(std::move(row));
  }
  if (steps_ != nullptr) {
    *steps_ += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, /*resetFlg=*/1);
  }
  if (sqlite3_stmt_readonly(statement) == 0) {
    answer.changed = sqlite3_changes64(connection_.get());
    if (sqlite3_total_changes64(connection_.get()) == before) answer.changed = 0;
  }
  return answer;
}

}  // namespace reprise::database
