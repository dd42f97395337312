// What a call of the database does when its turn does not come.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <latch>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::database {
namespace {

namespace fs = std::filesystem;

class DeadlineTest : public testing::Test {
 protected:
  ~DeadlineTest() override {
    database_->close();
    fs::remove_all(directory_);
  }
  static fs::path new_directory() {
    std::string name = (fs::temp_directory_path() / "reprise-deadline-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  const fs::path directory_ = new_directory();
  std::unique_ptr<Database> database_ =
      open_sqlite({.file = directory_ / "reprise.db"}, sqlite_migrations());
};

/// Holds the only thread that writes.
class Held {
 public:
  explicit Held(Database& database)
      : thread_([this, &database] {
          run_alone(database.write(Deadline::never(), [this](Transaction& t) {
            begun_.count_down();
            released_.wait();
            t.run("select 1");
          }));
        }) {
    begun_.wait();
  }
  void release() {
    released_.count_down();
    thread_.join();
  }

 private:
  std::latch begun_{1};
  std::latch released_{1};
  std::thread thread_;
};

TEST_F(DeadlineTest, WhatHasNoTurnByItsDeadlineIsNotDoneAndIsToldAtOnce) {
  Held held(*database_);
  bool done = false;
  const auto late = [&](Deadline deadline) {
    try {
      run_alone(database_->write(deadline, [&](Transaction&) { done = true; }));
    } catch (const DatabaseError& error) {
      return error.failure();
    }
    return Failure::Other;
  };
  EXPECT_EQ(late(Deadline::after(std::chrono::milliseconds(20))), Failure::Busy);
  EXPECT_EQ(late(Deadline::after(std::chrono::seconds(-1))), Failure::Busy);
  held.release();
  run_alone(database_->write(usual_deadline(), [](Transaction& t) { t.run("select 1"); }));
  EXPECT_FALSE(done);
}

/// Counts for some seconds.
std::int64_t count_long(Transaction& t) {
  return t
      .first(
          "with recursive number(n) as (select 1 union all select n + 1 from number where n < "
          "30000000) select count(*) from number")
      ->integer(0);
}

TEST_F(DeadlineTest, ALongReadEndsAtItsDeadlineAndTheNextOneWorks) {
  for (int reader = 0; reader < 4; ++reader) {  // more than there are, so each is used again
    try {
      run_alone(database_->read(Deadline::after(std::chrono::milliseconds(30)), count_long));
      ADD_FAILURE() << "it was not ended";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.failure(), Failure::Busy) << error.what();
    }
  }
  const auto one = [](Transaction& t) { return t.first("select 1")->integer(0); };
  for (int reader = 0; reader < 4; ++reader) {
    EXPECT_EQ(run_alone(database_->read(usual_deadline(), one)), 1);
  }
  EXPECT_EQ(database_->broken(), std::nullopt);
}

TEST_F(DeadlineTest, WhatHasBegunIsWaitedForBeyondItsDeadline) {
  const auto deadline = Deadline::after(std::chrono::milliseconds(10));
  const bool passed = run_alone(database_->write(deadline, [&](Transaction& t) {
    while (!deadline.passed()) std::this_thread::yield();
    t.run("select 1");
    return deadline.passed();
  }));
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace reprise::database
