#include "app/doctor_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/clock.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/postgres_connection.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::app {
namespace fs = std::filesystem;
using database::PostgresConnection;
using database::SqliteConnection;
using database::Transaction;

namespace {

constexpr std::chrono::seconds kAnswerWithin{15};
/// Looking through all pages of a large SQLite file takes longer, and is given up then.
constexpr std::chrono::seconds kLookThroughWithin{40};
constexpr std::int64_t kClockSlackMs = 5'000;
constexpr std::int64_t kNsPerMs = 1'000'000;

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

Finding judge_schema(Transaction& transaction, const std::vector<database::Migration>& known) {
  const auto applied = transaction.run(database::kAppliedMigrations);
  const auto left = database::pending(applied, known);  // throws when it is newer, or another one
  if (left.empty()) {
    return {"schema", Verdict::Fine, fmt::format("migration {}, the newest", known.size())};
  }
  return {"schema", Verdict::Warning, fmt::format("{} migrations have not run yet", left.size()),
          "The next start of `reprise serve` runs them. Back up before."};
}

Finding unreadable(const std::string& why, std::string remedy) {
  return {"rows", Verdict::Failed, one_line(why), std::move(remedy)};
}

std::vector<Finding> examine_sqlite(const fs::path& file) {
  if (!fs::exists(file)) {
    return {{"rows", Verdict::Warning, fmt::format("there is no {} yet", file.string()),
             "The first start of `reprise serve` makes it."}};
  }
  std::vector<Finding> findings;
  try {
    SqliteConnection connection(file, SqliteConnection::Mode::Reader);
    findings.push_back({"rows", Verdict::Fine, fmt::format("{} can be read", file.string())});
    findings.push_back(judge_schema(connection, database::sqlite_migrations()));
    connection.end_statements_at(Deadline::after(kLookThroughWithin));
    const std::string found = connection.run("pragma quick_check(1)").rows.at(0).text(0);
    const bool whole = found == "ok";
    findings.push_back({"pages", whole ? Verdict::Fine : Verdict::Failed,
                        whole ? "whole" : one_line(found),
                        whole ? "" : "Stop the server and restore a backup (reprise restore)."});
  } catch (const database::DatabaseError& error) {
    if (error.failure() == database::Failure::Busy) {
      findings.push_back({"pages", Verdict::Warning, "too many to look through now",
                          "Look with the server stopped: sqlite3 … 'pragma quick_check'."});
    } else {
      findings.push_back(unreadable(error.what(), "See that this account may read it."));
    }
  }
  return findings;
}

/// What an operator should know of the server's settings.
std::vector<Finding> judge_postgres(Transaction& transaction) {
  const auto row = transaction
                       .run(
                           "select current_setting('server_version'), "
                           "current_setting('server_encoding'), pg_is_in_recovery()::int, "
                           "has_schema_privilege(current_schema(), 'create')::int, "
                           "(extract(epoch from clock_timestamp()) * 1000)::bigint, "
                           "current_setting('max_connections'), "
                           "(select count(*) from pg_stat_activity), "
                           "current_setting('synchronous_commit')")
                       .rows.at(0);
  std::vector<Finding> findings;
  const bool standby = row.integer(2) != 0;
  findings.push_back({"rows", standby ? Verdict::Failed : Verdict::Fine,
                      fmt::format("PostgreSQL {}, {}, synchronous_commit {}, {} of {} connections "
                                  "in use{}",
                                  row.text(0), row.text(1), row.text(7), row.integer(6),
                                  row.text(5), standby ? "; it is a standby" : ""),
                      standby ? "Name the primary, or target_session_attrs=read-write." : ""});
  if (row.integer(3) == 0) {
    findings.push_back({"rights", Verdict::Failed, "the account may not make tables",
                        "grant create on schema public to the account of the URL"});
  } else {
    findings.push_back({"rights", Verdict::Fine, "the account may make tables"});
  }
  const std::int64_t ahead = row.integer(4) - now_utc_ns() / kNsPerMs;
  const bool same = std::llabs(ahead) <= kClockSlackMs;
  findings.push_back({"clock", same ? Verdict::Fine : Verdict::Warning,
                      same ? "the database's clock agrees with this machine's"
                           : fmt::format("the database's clock is {} s {}",
                                         std::llabs(ahead) / 1000, ahead > 0 ? "ahead" : "behind"),
                      same ? "" : "Set both by NTP; leases go by the database's clock."});
  return findings;
}

std::vector<Finding> examine_postgres(const database::PostgresTarget& target) {
  std::vector<Finding> findings;
  try {
    PostgresConnection connection(target);
    connection.begin(PostgresConnection::Mode::Read, Deadline::after(kAnswerWithin));
    findings = judge_postgres(connection);
    if (connection.first("select 1 where to_regclass('schema_migration') is not null")) {
      findings.push_back(judge_schema(connection, database::postgres_migrations()));
    } else {
      findings.push_back({"schema", Verdict::Warning, "the database is empty",
                          "The first start of `reprise serve` makes the tables."});
    }
    connection.rollback();
  } catch (const database::DatabaseError& error) {
    findings.push_back(unreadable(
        error.what(), "Correct REPRISE_DATABASE_URL, or let this machine in (pg_hba.conf)."));
  }
  return findings;
}

}  // namespace

std::vector<Finding> examine_database(const ServeOptions& options) {
  return options.database ? examine_postgres(*options.database)
                          : examine_sqlite(options.data_dir / "reprise.db");
}

}  // namespace reprise::app
