#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/database/postgres.hpp"
#include "platform/database/sqlite.hpp"

// Real databases for tests.
namespace reprise::database {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name =
        (std::filesystem::temp_directory_path() / "reprise-database-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// One PostgreSQL for the whole test program, started at first use.
class PostgresServer {
 public:
  /// Null when PostgreSQL is not installed; when CI is set, that fails the test.
  static PostgresServer* get() {
    static const std::unique_ptr<PostgresServer> server = start();
    return server.get();
  }
  ~PostgresServer() { (void)harness("remove"); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Calls tests/harness/postgres.sh with `start`, `stop`, `kill`, `freeze` or `thaw`.
  bool harness(const std::string& command) const {
    const std::string line =
        REPRISE_SOURCE_DIR "/tests/harness/postgres.sh " + command + " " + directory_ + " >&2";
    return std::system(line.c_str()) == 0;
  }
  const std::string& directory() const { return directory_; }
  std::string url(const std::string& database, const std::string& host) const {
    return "postgres://reprise@/" + database + "?host=" + host;
  }
  std::string url(const std::string& database) const { return url(database, directory_); }

  /// Makes an empty database and returns its name.
  std::string make_database() {
    std::string name = "test_" + std::to_string(++made_);
    const std::string line = "psql -q -h " + directory_ +
                             " -U reprise -d postgres -c 'create database " + name + "' >&2";
    if (std::system(line.c_str()) != 0) ADD_FAILURE() << "could not create " << name;
    return name;
  }

 private:
  explicit PostgresServer(std::string directory) : directory_(std::move(directory)) {}
  static std::unique_ptr<PostgresServer> start() {
    if (!std::filesystem::exists("/usr/lib/postgresql")) {
      if (std::getenv("CI") != nullptr) ADD_FAILURE() << "PostgreSQL is not installed";
      return nullptr;
    }
    std::string name = (std::filesystem::temp_directory_path() / "reprise-pg-XXXXXX").string();
    // The harness makes the folder, for the user that runs PostgreSQL.
    std::filesystem::remove(::mkdtemp(name.data()));
    std::unique_ptr<PostgresServer> server(new PostgresServer(name));
    if (!server->harness("start")) {
      ADD_FAILURE() << "PostgreSQL did not start: " << name << "/log";
      return nullptr;
    }
    return server;
  }

  std::string directory_;
  int made_ = 0;
};

/// Engines for a typed test suite, each with an empty database.
struct FreshSqlite {
  std::unique_ptr<Database> open() {
    return open_sqlite({.file = directory.path() / "reprise.db"}, sqlite_migrations());
  }
  TemporaryDirectory directory;
};
/// `open` gives null when PostgreSQL is not installed.
struct FreshPostgres {
  static std::unique_ptr<Database> open() {
    auto* server = PostgresServer::get();
    if (server == nullptr) return nullptr;
    return open_postgres({.target = {.url = server->url(server->make_database())}},
                         postgres_migrations());
  }
};

}  // namespace reprise::database
