#include "platform/database/sqlite.hpp"

#include <pthread.h>
#include <sqlite3.h>

#include <deque>
#include <mutex>
#include <thread>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "platform/database/job_queue.hpp"
#include "platform/database/spare_file.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

void apply(SqliteConnection& connection, const Migration& migration) {
  connection.run_script("begin immediate");
  try {
    connection.run_script(std::string(migration.sql));
    note_applied(connection, migration, now_utc_ns());
    connection.run_script("commit");
  } catch (...) {
    if (connection.in_transaction()) connection.run_script("rollback");
    throw;
  }
  log::info("database.migrated", {{"migration", migration.name}});
}

/// Brings the schema up to the last of `migrations`. Each runs in its own transaction, so that
/// after a kill the next start continues.
void migrate(SqliteConnection& connection, const std::vector<Migration>& migrations) {
  connection.run_script(
      "create table if not exists schema_migration (version integer primary key, name text not "
      "null, sha256_hex text not null, applied_utc_ns integer not null) strict");
  for (const Migration& migration : pending(connection.run(kAppliedMigrations), migrations)) {
    apply(connection, migration);
  }
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const SqliteOptions& options, const std::vector<Migration>& migrations)
      : spare_(options.file.parent_path() / "spare"),
        writer_connection_(with_room(options.file), SqliteConnection::Mode::Writer, options.steps) {
    migrate(writer_connection_, migrations);
    // A process that was killed may have left deleted words in its log.
    writer_connection_.truncate_log(kScrubWait);
    spare_.keep();
    log::info("database.open", {{"file", options.file.string()},
                                {"sqlite_version", sqlite3_libversion()},
                                {"committing_connections", 1}});
    for (std::size_t i = 0; i < options.readers; ++i) {
      reader_connections_.push_back(std::make_unique<SqliteConnection>(
          options.file, SqliteConnection::Mode::Reader, options.steps));
    }
    threads_.emplace_back([this] { write_loop(); });
    pthread_setname_np(threads_.back().native_handle(), "db-writer");
    for (auto& connection : reader_connections_) {
      threads_.emplace_back([this, reader = connection.get()] { read_loop(*reader); });
      pthread_setname_np(threads_.back().native_handle(), "db-reader");
    }
  }
  ~SqliteDatabase() override { REPRISE_ASSERT(threads_.empty()); }

  std::optional<std::string> broken() const override {
    const std::lock_guard lock(broken_mutex_);
    return broken_;
  }

  Task<bool> scrub(Deadline deadline) override {
    bool scrubbed = false;
    std::function<bool(Transaction&)> job = [this, &scrubbed](Transaction&) {
      scrubbed = writer_connection_.truncate_log(kScrubWait);
      spare_.keep();
      return true;
    };
    co_await run_in(writes_, deadline, std::move(job), true);
    co_return scrubbed;
  }

  void close() override {
    writes_->close();
    reads_->close();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    reader_connections_.clear();  // before the writer, whose close then checkpoints
  }

 protected:
  Task<void> run_write(Deadline deadline, std::function<bool(Transaction&)> work) override {
    co_await run_in(writes_, deadline, std::move(work));
  }
  Task<void> run_read(Deadline deadline, std::function<void(Transaction&)> work) override {
    std::function<bool(Transaction&)> job = [work = std::move(work)](Transaction& transaction) {
      work(transaction);
      return true;
    };
    co_await run_in(reads_, deadline, std::move(job));
  }
  bool give_back_spare() override { return spare_.give_back(); }

 private:
  static constexpr std::size_t kGroupMax = 256;  // writes in one transaction
  /// How long a scrub may wait for readers; writes wait meanwhile.
  static constexpr std::chrono::milliseconds kScrubWait{100};
  /// Space needed to open the file: SQLite makes an index of the log then.
  static constexpr std::uintmax_t kBytesToOpen = 1 << 20;

  /// Removes the spare file before the start when the disk is full.
  std::filesystem::path with_room(std::filesystem::path file) const {
    std::error_code unknown;
    const auto space = std::filesystem::space(file.parent_path(), unknown);
    if (!unknown && space.available < kBytesToOpen) spare_.give_back();
    return file;
  }

  void write_loop() {
    for (;;) {
      std::deque<Job> group = writes_->take(kGroupMax);
      if (group.empty()) return;
      std::deque<Job> last;
      for (Job& job : group) {
        if (job.alone) last.push_back(std::move(job));
      }
      std::erase_if(group, [](const Job& job) { return job.alone; });
      std::vector<std::exception_ptr> outcomes(group.size());
      if (!group.empty()) write_group(group, outcomes);
      for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(outcomes[i]));
      for (Job& job : last) run_now(job);
    }
  }

  void run_now(Job& job) {
    std::exception_ptr outcome;
    try {
      if (const auto why = broken()) throw DatabaseError(Failure::Unavailable, *why);
      job.work(writer_connection_);
    } catch (const DatabaseError& error) {
      note_broken(error);
      outcome = std::make_exception_ptr(error);
    }
    job.done(std::move(outcome));
  }

  /// Runs all jobs in one transaction, each in its own savepoint, so that a job that fails does not
  /// undo the others.
  void write_group(std::deque<Job>& group, std::vector<std::exception_ptr>& outcomes) {
    try {
      if (const auto why = broken()) throw DatabaseError(Failure::Unavailable, *why);
      writer_connection_.run("begin immediate");
      for (std::size_t i = 0; i < group.size(); ++i) outcomes[i] = write_one(group[i]);
      writer_connection_.run("commit");
    } catch (const DatabaseError& error) {
      roll_back();
      note_broken(error);
      // Nothing of this group is stored, so every caller gets the error.
      for (auto& outcome : outcomes) outcome = std::make_exception_ptr(error);
    }
  }

  /// Throws only when the whole group is lost.
  std::exception_ptr write_one(Job& job) {
    std::exception_ptr outcome;
    bool keep = false;
    writer_connection_.run("savepoint job");
    try {
      keep = job.work(writer_connection_);
    } catch (const DatabaseError& error) {
      if (!writer_connection_.in_transaction()) throw;
      outcome = std::make_exception_ptr(error);
    } catch (...) {
      outcome = std::current_exception();
    }
    if (!keep) writer_connection_.run("rollback to job");
    writer_connection_.run("release job");
    return outcome;
  }

  void roll_back() {
    try {
      if (writer_connection_.in_transaction()) writer_connection_.run("rollback");
    } catch (const DatabaseError& error) {
      note_broken(error);
    }
  }

  /// A failed write or fsync is final: the kernel may have dropped the pages, so that a later
  /// success would prove nothing.
  void note_broken(const DatabaseError& error) {
    if (error.failure() != Failure::Unavailable) return;
    const std::lock_guard lock(broken_mutex_);
    if (broken_) return;
    broken_ = error.what();
    log::error("database.broken", {{"what", error.what()}});
  }

  void read_loop(SqliteConnection& connection) {
    for (;;) {
      std::deque<Job> jobs = reads_->take(1);
      if (jobs.empty()) return;
      std::exception_ptr outcome;
      try {
        connection.end_statements_at(jobs.front().deadline);
        connection.run("begin");
        jobs.front().work(connection);
      } catch (...) {
        outcome = std::current_exception();
      }
      try {
        connection.end_statements_at(Deadline::never());
        if (connection.in_transaction()) connection.run("commit");
      } catch (const DatabaseError& error) {
        log::error("database.read_end_failed", {{"what", error.what()}});
      }
      jobs.front().done(std::move(outcome));
    }
  }

  SpareFile spare_;
  SqliteConnection writer_connection_;
  std::vector<std::unique_ptr<SqliteConnection>> reader_connections_;
  // Each shared with the timers of the calls that wait in it.
  const std::shared_ptr<JobQueue> writes_ = std::make_shared<JobQueue>();
  const std::shared_ptr<JobQueue> reads_ = std::make_shared<JobQueue>();
  mutable std::mutex broken_mutex_;
  std::optional<std::string> broken_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options,
                                      const std::vector<Migration>& migrations) {
  return std::make_unique<SqliteDatabase>(options, migrations);
}

}  // namespace reprise::database
