#include "platform/database/postgres_listener.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::database {
namespace {

class PostgresListenerTest : public testing::Test {
 protected:
  void SetUp() override {
    PostgresServer* server = PostgresServer::get();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    target_ = {.url = server->url(server->make_database())};
    database_ = open_postgres({.target = target_}, postgres_migrations());
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  void run(const std::string& sql) {
    run_alone(database_->write(usual_deadline(), [&](Transaction& t) { t.run(sql); }));
  }
  /// Says `word` until it is heard: what is said before the listener is there is lost.
  bool is_heard(const std::string& word) {
    const auto until = Deadline::after(std::chrono::seconds(20));
    while (!until.passed()) {
      run(std::string("select pg_notify('") + kNodesChannel + "', '" + word + "')");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const std::lock_guard lock(mutex_);
      if (std::ranges::find(heard_, word) != heard_.end()) return true;
    }
    return false;
  }

  PostgresTarget target_;
  std::unique_ptr<Database> database_;
  std::mutex mutex_;
  std::vector<std::string> heard_;
};

TEST_F(PostgresListenerTest, HearsOthersAndConnectsAgain) {
  const PostgresListener listener(target_, [this](const std::string& word) {
    const std::lock_guard lock(mutex_);
    heard_.push_back(word);
  });
  EXPECT_TRUE(is_heard("first"));
  run("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'");
  EXPECT_TRUE(is_heard("second"));
}

TEST_F(PostgresListenerTest, EndsWithoutADatabase) {
  const auto patience = Deadline::after(std::chrono::seconds(5));
  {
    const PostgresListener listener({.url = "postgres://u@/db?host=/nowhere"},
                                    [](const std::string&) {});
  }
  EXPECT_FALSE(patience.passed());
}

}  // namespace
}  // namespace reprise::database
