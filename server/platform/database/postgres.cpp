#include "platform/database/postgres.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/time_left.hpp"
#include "platform/database/job_queue.hpp"
#include "platform/database/postgres_pool.hpp"

namespace reprise::database {
namespace {

using Mode = PostgresConnection::Mode;

/// How long one write or read may take, repeats included: less than a browser waits for an answer.
constexpr std::chrono::seconds kPatience{15};
constexpr std::chrono::minutes kMigrationWait{10};
/// A connection that says nothing at all for this long has lost its server. A pooler may wait for a
/// connection of its own.
constexpr std::chrono::seconds kHeardWithin{4};
/// Between two questions for the outcome of a commit.
constexpr std::chrono::milliseconds kOutcomeAskedEvery{500};
constexpr std::chrono::minutes kReceiptsPurgedEvery{10};
/// A number that no other program is likely to use: it spells "reprise".
constexpr std::int64_t kMigrationLock = 0x72657072697365;

/// Tables of the engine itself: the migrations that ran, the commits that took place, the
/// installation that the database belongs to, and the bucket that holds its objects.
constexpr const char* kOwnTables =
    "create table if not exists schema_migration (version bigint primary key, name text not null, "
    "sha256_hex text not null, applied_utc_ns bigint not null); "
    "create table if not exists write_receipt (receipt_id text primary key, cancelled boolean not "
    "null default false, made_at timestamptz not null default now()); "
    "create table if not exists installation (installation_id text not null, only_one boolean "
    "primary key default true check (only_one)); "
    "create table if not exists installation_bucket (bucket text not null, only_one boolean "
    "primary key default true check (only_one))";

/// Called before anything is written: refuses a database with tables of another program. The
/// catalogue is asked, since information_schema has only what this account may use. What an
/// extension has made (pg_stat_statements has views) belongs to no program.
void refuse_foreign(PostgresConnection& connection) {
  const auto row = connection.first(
      "with own as (select c.oid, c.relname, c.relkind from pg_class c join pg_namespace n on "
      "n.oid = c.relnamespace where n.nspname = current_schema()) "
      "select (select count(*) from pg_attribute a join own on own.oid = a.attrelid where "
      "own.relname = 'schema_migration' and not a.attisdropped and a.attname in ('version', "
      "'name', 'sha256_hex', 'applied_utc_ns')), "
      "(select count(*) from own where relkind in ('r', 'p', 'v', 'm', 'f') and not exists (select "
      "1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = own.oid and "
      "d.deptype = 'e')), current_schema() is null");
  const Verdict refused{Failure::Unavailable, Remedy::Operator};
  if (row->integer(2) != 0) {
    throw PostgresError(refused, "the database has no schema that tables could be made in");
  }
  constexpr std::int64_t kOurColumns = 4;
  if (row->integer(0) != kOurColumns && row->integer(1) > 0) {
    throw PostgresError(refused,
                        "the database holds tables of another program: give Reprise an empty one");
  }
}

std::span<const Migration> pending_or_refused(PostgresConnection& connection,
                                              const std::vector<Migration>& migrations) {
  const Rows applied = connection.run(kAppliedMigrations);
  try {
    return pending(applied, migrations);
  } catch (const DatabaseError& error) {
    throw PostgresError({Failure::Unavailable, Remedy::Operator}, error.what());
  }
}

/// Runs the next migration. False when none is left. Each runs in its own transaction, so that
/// after a kill the next start continues.
bool apply_next(PostgresConnection& connection, const std::vector<Migration>& migrations,
                const std::function<void(Transaction&)>& admit) {
  connection.begin(Mode::Plain, Deadline::after(kMigrationWait));
  refuse_foreign(connection);
  connection.run("select pg_advisory_xact_lock($1)", {kMigrationLock});
  connection.run_script(kOwnTables);
  const auto left = pending_or_refused(connection, migrations);
  if (admit) admit(connection);
  if (!left.empty()) {
    connection.run_script(std::string(left.front().sql));
    note_applied(connection, left.front(), now_utc_ns());
  }
  connection.commit();
  if (left.empty()) return false;
  log::info("database.migrated", {{"migration", left.front().name}});
  return left.size() > 1;
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const PostgresOptions& options, const std::vector<Migration>& migrations)
      : target_(options.target), migrations_(migrations), admit_(options.admit) {
    REPRISE_ASSERT(options.connections >= 2);
    try {
      pool_.take(Deadline::after(kPatience));
    } catch (const PostgresError& error) {
      const bool away = error.remedy() == Remedy::Reconnect || error.remedy() == Remedy::Repeat;
      if (!away) throw;
      if (!said_nothing(error.what()) && !is_tried(target_)) {
        throw PostgresError({Failure::Unavailable, Remedy::Operator}, error.what());
      }
    }
    const std::size_t readers = std::max<std::size_t>(1, options.connections / 3);
    for (std::size_t i = 0; i < options.connections; ++i) {
      const bool reads = i < readers;
      threads_.emplace_back([this, reads] { loop(reads); });
      pthread_setname_np(threads_.back().native_handle(), reads ? "db-reader" : "db-writer");
    }
  }
  ~PostgresDatabase() override { REPRISE_ASSERT(threads_.empty()); }

  /// PostgreSQL gives the space of deleted rows back by itself (autovacuum).
  Task<bool> scrub(Deadline) override { co_return true; }

  /// Never final: PostgreSQL may come back, and looks after its own disk.
  std::optional<std::string> broken() const override { return std::nullopt; }

  void close() override {
    writes_->close();
    reads_->close();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
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
  bool give_back_spare() override { return false; }

 private:
  using Dice = std::minstd_rand;

  void loop(bool reads) {
    Dice dice{std::random_device{}()};
    for (;;) {
      std::deque<Job> jobs = (reads ? reads_ : writes_)->take(1);
      if (jobs.empty()) return;
      jobs.front().done(run(dice, jobs.front(), reads ? Mode::Read : Mode::Write));
      if (!reads) purge_receipts();
    }
  }

  /// Runs a job until it has an outcome.
  std::exception_ptr run(Dice& dice, const Job& job, Mode mode) {
    const Deadline deadline = sooner_of(job.deadline, kPatience);
    // Each has its own bound: who was in another's way often may still lose its connection.
    int repeats = 0;
    int reconnects = 0;
    for (;;) {
      Remedy remedy = Remedy::Reconnect;
      std::exception_ptr outcome;
      try {
        if (run_once(job, mode, deadline)) return nullptr;
        outcome = std::make_exception_ptr(DatabaseError(Failure::Busy, "the commit was lost"));
      } catch (const PostgresError& error) {
        remedy = error.remedy();
        outcome = std::current_exception();
      } catch (...) {
        remedy = Remedy::None;
        outcome = std::current_exception();
      }
      const double roll = std::uniform_real_distribution<double>(0, 1)(dice);
      int& attempt = remedy == Remedy::Reconnect ? reconnects : repeats;
      const auto wait = wait_before_repeat(remedy, attempt++, roll);
      if (!wait || deadline.passed()) return outcome;
      std::this_thread::sleep_for(*wait);
    }
  }

  /// False: the work was certainly not committed and may be run again.
  bool run_once(const Job& job, Mode mode, Deadline deadline) {
    const std::string receipt = new_uuid7();
    {
      const PostgresPool::Lease connection = pool_.take(deadline);
      connection->begin(mode, deadline, kHeardWithin);
      const bool keep = job.work(*connection);
      if (mode == Mode::Read) {
        connection->commit();
        return true;
      }
      if (!keep) return true;
      try {
        connection->commit(receipt);
        return true;
      } catch (const PostgresError& error) {
        if (error.remedy() != Remedy::Reconnect) throw;
        log::warn("database.commit_unanswered", {{"what", error.what()}});
      }
    }
    return was_committed(receipt);
  }

  /// Finds out whether a commit took place. Inserts its receipt as cancelled, unless the receipt is
  /// there: the unique key makes us wait for a commit that is still under way, and makes one that
  /// comes later fail.
  bool was_committed(const std::string& receipt) {
    const Deadline deadline = Deadline::after(kPatience);
    for (;;) {
      try {
        const PostgresPool::Lease connection = pool_.take(deadline);
        connection->begin(Mode::Plain, deadline);
        connection->run(
            "insert into write_receipt (receipt_id, cancelled) values ($1, true) on conflict "
            "(receipt_id) do nothing",
            {receipt});
        const auto row = connection->first(
            "select cancelled from write_receipt where receipt_id = $1", {receipt});
        connection->commit();
        const bool committed = row && row->integer(0) == 0;
        log::info("database.commit_resolved", {{"committed", committed}});
        return committed;
      } catch (const PostgresError& error) {
        if (deadline.passed()) {
          throw PostgresError({Failure::Unavailable, Remedy::None},
                              std::string("the outcome of a commit is not known: ") + error.what());
        }
      }
      std::this_thread::sleep_for(kOutcomeAskedEvery);
    }
  }

  void migrate_once(PostgresConnection& connection) {
    const std::lock_guard lock(schema_mutex_);
    if (schema_ready_) return;
    while (apply_next(connection, migrations_, admit_)) {
    }
    schema_ready_ = true;
    log::info("database.open", {{"database", target_.shown}, {"engine", "postgresql"}});
  }

  /// Old receipts are of no use: they are asked for within seconds.
  void purge_receipts() {
    const auto now = Deadline::after({}).at();
    auto last = receipts_purged_at_.load();
    if (now - last < kReceiptsPurgedEvery) return;
    if (!receipts_purged_at_.compare_exchange_strong(last, now)) return;  // another thread does it
    try {
      const Deadline deadline = Deadline::after(kPatience);
      const PostgresPool::Lease connection = pool_.take(deadline);
      connection->begin(Mode::Plain, deadline);
      connection->run("delete from write_receipt where made_at < now() - interval '1 hour'");
      connection->commit();
    } catch (const PostgresError& error) {
      log::warn("database.purge_failed", {{"what", error.what()}});
    }
  }

  const PostgresTarget target_;
  const std::vector<Migration>& migrations_;
  const std::function<void(Transaction&)> admit_;
  // Each shared with the timers of the calls that wait in it.
  const std::shared_ptr<JobQueue> writes_ = std::make_shared<JobQueue>();
  const std::shared_ptr<JobQueue> reads_ = std::make_shared<JobQueue>();
  std::mutex schema_mutex_;
  bool schema_ready_ = false;
  PostgresPool pool_{target_, [this](PostgresConnection& made) { migrate_once(made); }};
  std::atomic<Deadline::Clock::time_point> receipts_purged_at_{Deadline::after({}).at()};
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const PostgresOptions& options,
                                        const std::vector<Migration>& migrations) {
  return std::make_unique<PostgresDatabase>(options, migrations);
}

}  // namespace reprise::database
