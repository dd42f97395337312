#include "platform/database/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <fstream>
#include <future>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/engines_for_test.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

namespace fs = std::filesystem;

const std::vector<Migration> kItems{
    {.name = "0001_item_add.sql",
     .sql = "create table item (item_id integer primary key, name text not null unique) strict;"}};

class SqliteTest : public testing::Test {
 protected:
  void open(const std::vector<Migration>& migrations = kItems) {
    database_ = open_sqlite({.file = directory_.path() / "reprise.db"}, migrations);
  }
  void TearDown() override {
    if (database_) database_->close();
  }
  static std::int64_t insert(Transaction& transaction, std::string name) {
    return transaction.run("insert into item (name) values ($1)", {std::move(name)}).changed;
  }

  /// Whether any file of a directory holds this text.
  static bool holds(const fs::path& directory, std::string_view text) {
    for (const auto& entry : fs::directory_iterator(directory)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      if (bytes.find(text) != bytes.npos) return true;
    }
    return false;
  }
  bool directory_holds(std::string_view text) const { return holds(directory_.path(), text); }

  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteTest, TextMayHoldANulCharacter) {
  open();
  const std::string text("a\0b", 3);
  EXPECT_EQ(
      run_alone(database_->read(
          usual_deadline(), [&](Transaction& t) { return t.first("select $1", {text})->text(0); })),
      text);
}

TEST_F(SqliteTest, CommitsAreDurableAndReadersNeverCheckpoint) {
  open();
  const auto synchronous = run_alone(database_->write(
      usual_deadline(), [](Transaction& t) { return t.first("pragma synchronous")->integer(0); }));
  EXPECT_EQ(synchronous, 2);  // FULL
  const auto checkpoint = run_alone(database_->read(usual_deadline(), [](Transaction& t) {
    return t.first("pragma wal_autocheckpoint")->integer(0);
  }));
  EXPECT_EQ(checkpoint, 0);
}

Task<void> acknowledge(Task<std::int64_t> write, std::atomic<int>& acknowledged) {
  co_await std::move(write);
  ++acknowledged;
}

TEST_F(SqliteTest, WritesThatWaitAtTheSameMomentShareOneDurableTransaction) {
  constexpr int kWrites = 20;
  open();
  const auto count = [](Transaction& t) {
    return t.first("select count(*) from item")->integer(0);
  };
  std::atomic<int> acknowledged = 0;
  std::promise<void> begun;
  std::promise<void> all_wait;
  boost::asio::io_context context;
  const auto spawn = [&](std::function<std::int64_t(Transaction&)> work) {
    boost::asio::co_spawn(
        context, acknowledge(database_->write(usual_deadline(), std::move(work)), acknowledged),
        [](const std::exception_ptr&) {});
    context.restart();
    context.poll();
  };
  spawn([&](Transaction&) {
    begun.set_value();
    all_wait.get_future().wait();
    return std::int64_t{0};
  });
  begun.get_future().wait();
  for (int i = 0; i < kWrites; ++i) {
    spawn(
        [i](Transaction& t) { return insert(t, i == 7 ? "item 0" : "item " + std::to_string(i)); });
  }
  spawn([&](Transaction& t) {
    EXPECT_EQ(count(t), kWrites - 1) << "one fails by itself";
    EXPECT_EQ(run_alone(database_->read(usual_deadline(), count)), 0) << "nothing is committed yet";
    EXPECT_LE(acknowledged, 1) << "so nobody may hear that it is stored";
    return std::int64_t{0};
  });
  all_wait.set_value();
  context.restart();
  context.run();
  EXPECT_EQ(acknowledged, 1 + kWrites - 1 + 1);
  EXPECT_EQ(run_alone(database_->read(usual_deadline(), count)), kWrites - 1);
}

TEST_F(SqliteTest, ScrubbingLeavesNoTraceOfDeletedRows) {
  open();
  for (int i = 0; i < 200; ++i) {
    run_alone(database_->write(usual_deadline(), [i](Transaction& t) {
      return insert(t, "xylophone " + std::to_string(i));
    }));
  }
  run_alone(database_->write(usual_deadline(), [](Transaction& t) {
    t.run("update item set name = 'drum' where item_id % 3 = 0 and item_id < 4");
    t.run("delete from item where name like 'xylophone%'");
  }));
  EXPECT_TRUE(directory_holds("xylophone")) << "or this test proves nothing";
  EXPECT_TRUE(run_alone(database_->scrub(usual_deadline())));
  EXPECT_FALSE(directory_holds("xylophone"));
  EXPECT_TRUE(directory_holds("drum"));
}

TEST_F(SqliteTest, AReaderInTheWayMakesScrubbingWait) {
  open();
  run_alone(
      database_->write(usual_deadline(), [](Transaction& t) { return insert(t, "xylophone"); }));
  std::promise<void> reading;
  std::promise<void> enough;
  std::thread reader([&] {
    run_alone(database_->read(usual_deadline(), [&](Transaction& t) {
      t.run("select * from item");
      reading.set_value();
      enough.get_future().wait();
      return 0;
    }));
  });
  reading.get_future().wait();
  run_alone(database_->write(usual_deadline(), [](Transaction& t) { t.run("delete from item"); }));
  EXPECT_FALSE(run_alone(database_->scrub(usual_deadline())));
  enough.set_value();
  reader.join();
  EXPECT_TRUE(run_alone(database_->scrub(usual_deadline())));
  EXPECT_FALSE(directory_holds("xylophone"));
}

TEST_F(SqliteTest, AStartEmptiesTheLogOfAKilledProcess) {
  open();
  run_alone(
      database_->write(usual_deadline(), [](Transaction& t) { return insert(t, "xylophone"); }));
  run_alone(database_->write(usual_deadline(), [](Transaction& t) { t.run("delete from item"); }));
  const TemporaryDirectory killed;
  for (const char* name : {"reprise.db", "reprise.db-wal"}) {
    fs::copy_file(directory_.path() / name, killed.path() / name);
  }
  EXPECT_TRUE(holds(killed.path(), "xylophone")) << "or this test proves nothing";
  const auto again = open_sqlite({.file = killed.path() / "reprise.db"}, kItems);
  EXPECT_FALSE(holds(killed.path(), "xylophone"));
  again->close();
}

TEST_F(SqliteTest, AFullDiskGivesItsSpareFileToWhatFreesSpace) {
  open();
  const fs::path spare = directory_.path() / "spare";
  EXPECT_GT(fs::file_size(spare), 0U);
  int calls = 0;
  const auto full_at_first = [&calls](Transaction& t) {
    if (++calls == 1) throw DatabaseError(Failure::Full, "no space");
    return insert(t, "stored");
  };
  EXPECT_THROW((void)run_alone(database_->write(usual_deadline(), full_at_first)), DatabaseError);
  EXPECT_TRUE(fs::exists(spare)) << "not for what takes space";
  calls = 0;
  EXPECT_EQ(run_alone(database_->write_freeing(usual_deadline(), full_at_first)), 1);
  EXPECT_FALSE(fs::exists(spare));
  calls = 0;
  EXPECT_THROW((void)run_alone(database_->write_freeing(usual_deadline(), full_at_first)),
               DatabaseError)
      << "there is nothing left to give";
  EXPECT_TRUE(run_alone(database_->scrub(usual_deadline())));
  EXPECT_TRUE(fs::exists(spare));
}

TEST(FailureTest, OnlyWhatSaysThatTheDiskLiesIsFinal) {
  for (const int code :
       {SQLITE_IOERR, SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_WRITE,
        SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_DATA,
        SQLITE_IOERR_CORRUPTFS, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY}) {
    EXPECT_EQ(failure_of(code, 0), Failure::Unavailable) << code;
  }
  for (const int code :
       {SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_IOERR_NOMEM,
        SQLITE_IOERR_LOCK, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_ACCESS}) {
    EXPECT_EQ(failure_of(code, 0), Failure::Busy) << code;
  }
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_SHMSIZE}) {
    EXPECT_EQ(failure_of(code, 0), Failure::Full) << code;
  }
}

TEST(FailureTest, AQuotaIsAFullDisk) {
  for (const int error : {EDQUOT, EFBIG}) {
    EXPECT_EQ(failure_of(SQLITE_IOERR_WRITE, error), Failure::Full);
    EXPECT_EQ(failure_of(SQLITE_IOERR_FSYNC, error), Failure::Unavailable) << "what was it then?";
  }
  EXPECT_EQ(failure_of(SQLITE_IOERR_WRITE, EIO), Failure::Unavailable);
  for (const int error : {ENOSPC, EDQUOT}) {
    EXPECT_EQ(failure_of(SQLITE_IOERR_TRUNCATE, error), Failure::Full);
  }
  EXPECT_EQ(failure_of(SQLITE_IOERR_TRUNCATE, EIO), Failure::Unavailable);
}

TEST(SqliteMigrationsTest, TheProgramCarriesTheFilesOfTheRepository) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(REPRISE_SOURCE_DIR "/migrations/sqlite")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  ASSERT_EQ(files.size(), sqlite_migrations().size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::ifstream file(files[i]);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(files[i].filename(), sqlite_migrations()[i].name);
    EXPECT_EQ(text, sqlite_migrations()[i].sql);
  }
  TemporaryDirectory directory;
  open_sqlite({.file = directory.path() / "reprise.db"}, sqlite_migrations())->close();
}

TEST(DataLockTest, ASecondHolderIsRefusedUntilTheFirstIsGone) {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  {
    const DataLock first(data);
    try {
      const DataLock second(data);
      ADD_FAILURE() << "two holders of one directory";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(::getpid())));
    }
  }
  const DataLock again(data);
}

TEST(DataLockTest, AStartThatIsRefusedLeavesNothing) {
  const TemporaryDirectory directory;
  const fs::path above = directory.path() / "some";
  const fs::path data = above / "data";
  {
    const DataLock refused(data);
  }
  EXPECT_FALSE(fs::exists(above));
  {
    DataLock started(data);
    started.keep();
  }
  EXPECT_TRUE(fs::exists(data / "lock"));
  {
    const DataLock refused(data);
  }
  EXPECT_TRUE(fs::exists(data / "lock")) << "it was there before";
}

TEST(DataLockTest, DeletingTheLockFileLetsNobodyIn) {
  const TemporaryDirectory directory;
  const DataLock first(directory.path());
  fs::remove(directory.path() / "lock");
  EXPECT_THROW(DataLock{directory.path()}, std::runtime_error);
  EXPECT_THROW(DataLock{directory.path()}, std::runtime_error) << "nor a new one in its place";
}

}  // namespace
}  // namespace reprise::database
