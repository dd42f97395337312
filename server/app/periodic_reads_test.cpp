// What a server asks its database every few seconds, with thousands of recordings in it: nothing of
// that may look through a whole large table, on no engine. Everything that `Root::start_jobs`
// starts is watched, so that what is added there later is watched, too.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <regex>
#include <set>
#include <thread>

#include "app/root.hpp"
#include "base/clock.hpp"
#include "base/run_alone.hpp"
#include "domain/search/query.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/migrations.hpp"

namespace reprise::app {
namespace {

namespace fs = std::filesystem;
using database::Database;
using database::Row;
using database::Rows;
using database::Transaction;
using database::Value;

enum class Engine { Sqlite, Postgres };
constexpr int kRows = 2'000;
/// What is seen so often is asked again and again, not only at the start.
constexpr int kOften = 3;

/// The plans of the statements that were seen often, by their text.
class Seen {
 public:
  explicit Seen(Engine engine) : engine_(engine) {}
  void note(Transaction& transaction, std::string_view sql, std::span<const Value> values) {
    static const std::regex kPlanned("^(select|update|delete|insert|with)\\b.*");
    {
      const std::lock_guard lock(mutex_);
      if (++counts_[std::string(sql)] != kOften) return;
    }
    if (!std::regex_match(std::string(sql), kPlanned)) return;
    const bool sqlite = engine_ == Engine::Sqlite;
    const std::string ask = (sqlite ? "explain query plan " : "explain (costs off) ");
    std::vector<std::string> lines;
    for (const Row& row : transaction.run(ask + std::string(sql), values).rows) {
      lines.push_back(row.text(sqlite ? 3 : 0));
    }
    const std::lock_guard lock(mutex_);
    plans_.emplace(sql, std::move(lines));
  }
  /// How often the statements were seen whose text has `part`.
  int count(std::string_view part) {
    const std::lock_guard lock(mutex_);
    int sum = 0;
    for (const auto& [sql, count] : counts_) sum += sql.contains(part) ? count : 0;
    return sum;
  }
  std::map<std::string, std::vector<std::string>> plans() {
    const std::lock_guard lock(mutex_);
    return plans_;
  }

 private:
  const Engine engine_;
  std::mutex mutex_;
  std::map<std::string, int> counts_;
  std::map<std::string, std::vector<std::string>> plans_;
};

class WatchedTransaction : public Transaction {
 public:
  WatchedTransaction(Transaction& there, Seen& seen) : there_(there), seen_(seen) {}
  using Transaction::run;
  Rows run(std::string_view sql, std::span<const Value> values) override {
    seen_.note(there_, sql, values);
    return there_.run(sql, values);
  }

 private:
  Transaction& there_;
  Seen& seen_;
};

class WatchedDatabase : public Database {
 public:
  WatchedDatabase(std::unique_ptr<Database> there, Seen& seen)
      : there_(std::move(there)), seen_(seen) {}
  Task<bool> scrub(Deadline deadline) override { return there_->scrub(deadline); }
  std::optional<std::string> broken() const override { return there_->broken(); }
  void close() override { there_->close(); }

 protected:
  Task<void> run_write(Deadline deadline, std::function<bool(Transaction&)> work) override {
    co_await there_->write(deadline, [&](Transaction& transaction) -> Status {
      WatchedTransaction watched(transaction, seen_);
      if (work(watched)) return {};
      return fail(ErrorCode::Conflict, "The work does not want to be kept.");
    });
  }
  Task<void> run_read(Deadline deadline, std::function<void(Transaction&)> work) override {
    co_await there_->read(deadline, [&](Transaction& transaction) {
      WatchedTransaction watched(transaction, seen_);
      work(watched);
      return true;
    });
  }
  bool give_back_spare() override { return false; }

 private:
  const std::unique_ptr<Database> there_;
  Seen& seen_;
};

std::string id(int kind) {
  return "'" + std::to_string(kind) + "0000000-0000-7000-8000-' || cast(100000000000 + i as text)";
}

/// Fills the tables that grow with what people do. Text that both engines understand.
void fill(Transaction& transaction) {
  const std::string many =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < " +
      std::to_string(kRows) + ") ";
  const auto add = [&](const std::string& into, const std::string& columns) {
    transaction.run(many + "insert into " + into + " select " + columns + " from n");
  };
  // One each 1000 s, for two months.
  constexpr std::int64_t kLongAgoNs = 100 * 86'400'000'000'000;
  const std::string at = std::to_string(now_utc_ns() - kLongAgoNs) + " + i * 1000000000000";
  const std::string owner = "'00000000-0000-7000-8000-000000000001'";
  const std::string hash = "'" + std::string(64, '0') + "'";
  add("chat (chat_id, title, created_utc_ns, last_used_utc_ns, owner_id, untitled)",
      id(1) + ", 'chat ' || cast(i as text), " + at + ", " + at + ", " + owner + ", 1");
  add("live_session (live_session_id, chat_id, model, state, reason, created_utc_ns, ended_utc_ns, "
      "owner_id)",
      id(2) + ", " + id(1) + ", 'm', 'ended', 'hangup', " + at + ", " + at + ", " + owner);
  add("live_token (live_token_id, live_session_id, model, created_utc_ns, expires_utc_ns)",
      id(3) + ", " + id(2) + ", 'm', " + at + ", " + at);
  add("message (message_id, chat_id, kind, live_session_id, created_utc_ns, owner_id)",
      id(4) + ", " + id(1) + ", 'live_session', " + id(2) + ", " + at + ", " + owner);
  add("recording (recording_id, live_session_id, chat_id, state, reason, created_utc_ns, "
      "ended_utc_ns, last_seq, chunk_count, stored_bytes, last_chunk_utc_ns, owner_id, "
      "keep_days, needs_view)",
      // Chunks without an object are looked for at the start, one recording at a time: a few will
      // do.
      id(5) + ", " + id(2) + ", " + id(1) + ", 'complete', 'hangup', " + at + ", " + at +
          ", 0, case when i <= 10 then 1 else 0 end, 1000, " + at + ", " + owner +
          ", case when i % 3 = 0 then 200 + i % 7 end, 0");
  add("recording_chunk (recording_id, seq, first_log_ns, last_log_ns, byte_count, crc32c, "
      "sha256_hex, blob_key, stored_utc_ns)",
      id(5) + ", 0, 1, 2, 1000, 0, " + hash + ", 'recordings/' || " + id(5) + ", " + at);
  add("recording_view (recording_id, version, fold_version, chunk_count, duration_ns, first_words, "
      "media_bytes, has_video, width, height, created_utc_ns)",
      id(5) + ", 1, " + std::to_string(playback::kFoldVersion) + ", 1, 1, 'a', 1, 0, 0, 0, 1");
  add("recording_view_file (recording_id, name, byte_count, sha256_hex)",
      id(5) + ", 'media', 1, " + hash);
  const std::string words_version = ", " + std::to_string(search::kWordsVersion);
  add("search_recording (recording_id, words_version)", id(5) + words_version);
  add("audit_entry (audit_entry_id, seq, hash_hex, at_utc_ns, actor_id, event, object_kind, "
      "object_id, request_id, address, detail)",
      id(6) + ", i, " + hash + ", " + at + ", '', 'a', 'a', 'a', '', '', ''");
  add("interaction_event (owner_id, number, at_utc_ns, event_id, kind, data)",
      owner + ", i, " + at + ", " + id(7) + ", 'a', ''");
  add("share (share_id, recording_id, kind, secret_sha256_hex, needs_login, may_download, "
      "created_utc_ns, expires_utc_ns)",
      id(8) + ", " + id(5) + ", 'link', substr('" + std::string(64, '0') +
          "' || cast(i as text), length(cast(i as text)) + 1), 0, 0, " + at +
          ", 9000000000000000000");
  add("search_message (message_id, words_version)", id(4) + words_version);
  transaction.run("delete from metric_mark");  // as if all were counted
}

class PeriodicReads : public testing::TestWithParam<Engine> {
 protected:
  bool is_sqlite() const { return GetParam() == Engine::Sqlite; }
  void SetUp() override {
    if (!is_sqlite()) {
      auto* postgres = database::PostgresServer::get();
      if (postgres == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      url_ = postgres->url(postgres->make_database());
    }
    const auto there = open();
    try {
      const Deadline patience = Deadline::after(std::chrono::minutes(5));
      run_alone(there->write(patience, fill));
      if (!is_sqlite()) {
        run_alone(there->write(patience, [](Transaction& t) { t.run("analyze"); }));
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
    there->close();
  }
  ~PeriodicReads() override { fs::remove_all(directory_); }
  std::unique_ptr<Database> open() const {
    return is_sqlite() ? database::open_sqlite({.file = directory_ / "reprise.db"},
                                               database::sqlite_migrations())
                       : database::open_postgres({.target = {.url = url_}},
                                                 database::postgres_migrations());
  }
  ServeOptions options() {
    std::vector<std::string> arguments{"--data-dir",  directory_.string(), "--listen",
                                       "localhost:0", "--min-free-mb",     "0"};
    if (!is_sqlite()) arguments.insert(arguments.end(), {"--database-url", url_});
    const auto config =
        Config::load(settings(), {.arguments = std::move(arguments), .environment = {}});
    EXPECT_TRUE(config.has_value()) << config.error().client_message;
    ServeOptions options = serve_options(*config, {}).value();
    options.abandon_after = std::chrono::seconds(1);  // then the sweep comes each second
    options.retention.days = 300;
    options.around_database = [this](std::unique_ptr<Database> there) {
      return std::make_unique<WatchedDatabase>(std::move(there), seen_);
    };
    return options;
  }
  /// Runs all that is done without a request until the slowest of it has come round often enough.
  void serve_for_some_rounds() {
    const ServeOptions with = options();
    Root root(with);
    root.start_jobs(with);
    const Deadline patience = Deadline::after(std::chrono::seconds(120));
    while ((seen_.count("needs_view = 1 order by") < kOften + 1 ||
            seen_.count("where state = 'recording'") < kOften + 1) &&
           !patience.passed()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_FALSE(patience.passed());
    root.begin_draining();
    root.stop();
    root.close_stores();
  }
  /// Indexes that hold only some rows.
  std::set<std::string> partial_indexes() const {
    std::set<std::string> names;
    const auto there = open();
    run_alone(there->read(database::usual_deadline(), [&](Transaction& transaction) {
      for (const Row& row :
           transaction
               .run(is_sqlite() ? "select name from sqlite_schema where type = 'index' and sql "
                                  "like '% where %'"
                                : "select indexname::text from pg_indexes where indexdef ilike '% "
                                  "where %'")
               .rows) {
        names.insert(row.text(0));
      }
      return true;
    }));
    there->close();
    return names;
  }

  const fs::path directory_ = [] {
    std::string name = (fs::temp_directory_path() / "reprise-periodic-XXXXXX").string();
    return fs::path(::mkdtemp(name.data()));
  }();
  std::string url_;
  Seen seen_{GetParam()};
};

/// Tables that grow with what people do, each filled above.
const std::vector<std::string>& large_tables() {
  static const std::vector<std::string> tables{
      "chat",           "live_session",        "live_token",       "message",     "recording",
      "recording_view", "recording_view_file", "recording_chunk",  "audit_entry", "share",
      "search_message", "search_recording",    "interaction_event"};
  return tables;
}

/// Whether the statement calls a large table `name`.
bool is_large(const std::string& name, const std::string& sql) {
  return std::ranges::any_of(large_tables(), [&](const std::string& table) {
    return name.starts_with("interaction_event") || name == table ||
           std::regex_search(sql, std::regex("\\b" + table + "( as)? " + name + "\\b"));
  });
}

/// The lines of a plan that go through all of a large table.
std::vector<std::string> whole_scans(const std::string& sql, const std::vector<std::string>& plan,
                                     const std::set<std::string>& partial) {
  static const std::regex sqlite("SCAN (\\w+)( USING (COVERING )?INDEX (\\w+))?.*");
  static const std::regex all("(-> +)?(Parallel )?Seq Scan on (\\w+).*");
  static const std::regex by_index(
      "(-> +)?Index (Only )?Scan (Backward )?using (\\w+) on (\\w+).*");
  std::vector<std::string> found;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::string line =
        plan[i].substr(std::min(plan[i].find_first_not_of(' '), plan[i].size()));
    const bool bounded = i + 1 < plan.size() && plan[i + 1].contains("Index Cond");
    std::smatch parts;
    bool whole = false;
    if (std::regex_match(line, parts, sqlite)) {
      whole = is_large(parts[1], sql) && !partial.contains(parts[4]);
    } else if (std::regex_match(line, parts, by_index)) {
      whole = is_large(parts[5], sql) && !bounded && !partial.contains(parts[4]);
    } else if (std::regex_match(line, parts, all)) {
      whole = is_large(parts[3], sql);
    }
    if (whole) found.push_back(line);
  }
  return found;
}

TEST_P(PeriodicReads, LookThroughNoLargeTable) {
  serve_for_some_rounds();
  const auto partial = partial_indexes();
  const auto plans = seen_.plans();
  EXPECT_GT(plans.size(), 15U);
  for (const auto& [sql, plan] : plans) {
    for (const std::string& line : whole_scans(sql, plan, partial)) {
      ADD_FAILURE() << line << "\nin the plan of\n" << sql;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, PeriodicReads, testing::Values(Engine::Sqlite, Engine::Postgres),
                         [](const auto& info) {
                           return info.param == Engine::Sqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace reprise::app
