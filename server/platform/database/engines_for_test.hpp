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

/// One PostgreSQL for the whole test program, started when it is first asked for.
class PostgresServer {
 public:
  /// None when it is not installed; with CI set that is a failure of the test.
  static PostgresServer* get() {
    static const std::unique_ptr<PostgresServer> server = start();
    return server.get();
  }
  ~PostgresServer() { (void)harness("remove"); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// `start`, `stop` or `kill` of tests/harness/postgres.sh.
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

  /// An empty database; its name.
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
    std::filesystem::remove(::mkdtemp(name.data()));  // the harness makes it, for its own user
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

}  // namespace reprise::database
