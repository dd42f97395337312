// What migration 0014 makes of a database that is in use, on both engines.

#include <gtest/gtest.h>

#include <functional>

#include "base/run_alone.hpp"
#include "platform/database/copy.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/installation.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

constexpr std::size_t kBefore = 13;  // how many migrations there were before owners
constexpr const char* kLocalUser = "00000000-0000-7000-8000-000000000001";

using Open = std::function<std::unique_ptr<Database>(const std::vector<Migration>&)>;

std::vector<Migration> before(const std::vector<Migration>& all) {
  return {all.begin(), all.begin() + kBefore};
}

std::string answer(Database& database, const std::string& sql) {
  return run_alone(database.read(usual_deadline(), [&](Transaction& transaction) {
    std::string lines;
    for (const Row& row : transaction.run(sql).rows) lines += row.text(0) + ";";
    return lines;
  }));
}

void fill(Database& database) {
  run_alone(database.write(usual_deadline(), [](Transaction& transaction) {
    transaction.run(
        "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values ('c', 'Old', "
        "1, 1)");
    transaction.run(
        "insert into live_session (live_session_id, chat_id, model, state, created_utc_ns) values "
        "('s', 'c', 'm', 'live', 1)");
    transaction.run(
        "insert into recording (recording_id, live_session_id, chat_id, state, created_utc_ns) "
        "values ('r', 's', 'c', 'recording', 1)");
  }));
}

/// A program of before, which still writes while its database is new already, makes such rows.
void expect_taken_over(const Open& open, const std::vector<Migration>& all) {
  auto database = open(before(all));
  fill(*database);
  database->close();
  database = open(all);
  for (const char* table : {"chat", "live_session", "recording"}) {
    EXPECT_EQ(answer(*database, std::string("select owner_id from ") + table),
              std::string(kLocalUser) + ";");
  }
  EXPECT_EQ(answer(*database, "select user_id from app_user where state = 'active'"),
            std::string(kLocalUser) + ";");
  database->close();
}

TEST(OwnerMigration, WhatIsThereBelongsToTheLocalUser) {
  const TemporaryDirectory directory;
  expect_taken_over(
      [&](const auto& migrations) {
        return open_sqlite({.file = directory.path() / "reprise.db"}, migrations);
      },
      sqlite_migrations());
  auto* server = PostgresServer::get();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::string url = server->url(server->make_database());
  expect_taken_over(
      [&](const auto& migrations) { return open_postgres({.target = {.url = url}}, migrations); },
      postgres_migrations());
}

/// The database of an installation that nobody serves.
std::filesystem::path filled_source(const TemporaryDirectory& directory) {
  const auto file = directory.path() / "reprise.db";
  const auto source = open_sqlite({.file = file}, sqlite_migrations());
  fill(*source);
  source->close();
  return file;
}

TEST(OwnerMigration, WhatWasCopiedInPartServesNobodyUntilTheRestIsThere) {
  auto* server = PostgresServer::get();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const TemporaryDirectory directory;
  const auto file = filled_source(directory);
  const PostgresTarget target{.url = server->url(server->make_database())};
  const auto why_not_served = [&] {
    try {
      const auto admit = [&](Transaction& t) { bind_installation(t, directory.path()); };
      open_postgres({.target = target, .admit = admit}, postgres_migrations())->close();
    } catch (const PostgresError& error) {
      EXPECT_EQ(error.remedy(), Remedy::Operator);
      return std::string(error.what());
    }
    return std::string();
  };
  for (const char* where : {"copying recording", "comparing app_user"}) {
    const auto killed = [&](const std::string& line) {
      if (line == where) throw std::runtime_error("killed");
    };
    EXPECT_THROW(copy_to_postgres(file, target, killed), std::runtime_error) << where;
    EXPECT_NE(why_not_served().find("db copy"), std::string::npos) << where;
  }
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "installation"));
  copy_to_postgres(file, target, [](const std::string&) {});
  EXPECT_EQ(why_not_served(), "");
  EXPECT_THROW(copy_to_postgres(file, target, [](const std::string&) {}), PostgresError);
}

TEST(OwnerMigration, ACopyNoticesThatSomebodyWritesIntoItsSource) {
  auto* server = PostgresServer::get();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const TemporaryDirectory directory;
  const auto file = filled_source(directory);
  const PostgresTarget target{.url = server->url(server->make_database())};
  const auto written = [&](const std::string& line) {
    if (line != "comparing app_user") return;
    SqliteConnection(file, SqliteConnection::Mode::Writer)
        .run_script("update chat set title = 'New'; update chat set title = 'Old'");
  };
  EXPECT_THROW(copy_to_postgres(file, target, written), SourceRefused);
  copy_to_postgres(file, target, [](const std::string&) {});
}

TEST(OwnerMigration, ACopyTakesTheUsersAlongAsTheyAreNow) {
  auto* server = PostgresServer::get();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  const TemporaryDirectory directory;
  const auto file = directory.path() / "reprise.db";
  const auto source = open_sqlite({.file = file}, sqlite_migrations());
  fill(*source);
  run_alone(source->write(usual_deadline(), [](Transaction& transaction) {
    transaction.run("update app_user set state = 'disabled', is_admin = 0");
    transaction.run(
        "insert into app_user (user_id, display_name, created_utc_ns) values ('ada', 'Ada', 2)");
    transaction.run("update recording set owner_id = 'ada'");
  }));
  source->close();
  const std::string url = server->url(server->make_database());
  for (int i = 0; i < 2; ++i) copy_to_postgres(file, {.url = url}, [](const std::string&) {});
  const auto target = open_postgres({.target = {.url = url}}, postgres_migrations());
  EXPECT_EQ(answer(*target, "select state || is_admin from app_user order by user_id"),
            "disabled0;active0;");
  EXPECT_EQ(answer(*target, "select owner_id from recording"), "ada;");
  target->close();
}

}  // namespace
}  // namespace reprise::database
