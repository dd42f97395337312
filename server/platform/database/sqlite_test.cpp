#include "platform/database/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <fstream>
#include <functional>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/sqlite_connection.hpp"

namespace reprise::database {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "reprise-database-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { fs::remove_all(path_); }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

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
  std::vector<std::string> names() {
    return run_alone(database_->read([](Transaction& transaction) {
      std::vector<std::string> found;
      for (const Row& row : transaction.run("select name from item order by name").rows) {
        found.push_back(row.text(0));
      }
      return found;
    }));
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
  asio::io_context context_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteTest, WhatWasWrittenIsThereAfterANewStart) {
  open();
  run_alone(database_->write([](Transaction& t) { return insert(t, "one"); }));
  database_->close();
  open();
  EXPECT_EQ(names(), std::vector<std::string>{"one"});
}

TEST_F(SqliteTest, ParametersFollowTheirNumberNotTheirPlace) {
  open();
  const auto joined = run_alone(database_->read(
      [](Transaction& t) { return t.first("select $2 || $1 || $2", {"b", "a"})->text(0); }));
  EXPECT_EQ(joined, "aba");
}

TEST_F(SqliteTest, EveryTypeComesBackAsItWas) {
  open();
  const auto row = run_alone(database_->read([](Transaction& t) {
    return *t.first("select $1, $2, $3", {std::int64_t{-9007199254740993}, std::string("a\0b", 3),
                                          std::optional<std::string>()});
  }));
  EXPECT_EQ(row.integer(0), -9007199254740993);
  EXPECT_EQ(row.text(1), std::string("a\0b", 3));
  EXPECT_EQ(row.maybe_text(2), std::nullopt);
}

TEST_F(SqliteTest, OneFailureInAGroupTakesNothingFromTheOthers) {
  open();
  std::vector<std::future<std::int64_t>> outcomes;
  for (const std::string& name : {"a", "b", "a", "c"}) {
    outcomes.push_back(asio::co_spawn(
        context_, database_->write([name](Transaction& t) { return insert(t, name); }),
        asio::use_future));
  }
  context_.run();
  EXPECT_EQ(outcomes[0].get(), 1);
  EXPECT_EQ(outcomes[1].get(), 1);
  try {
    outcomes[2].get();
    ADD_FAILURE() << "a repeated name was stored";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.failure(), Failure::Constraint);
  }
  EXPECT_EQ(outcomes[3].get(), 1);
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(SqliteTest, AnErrorResultKeepsNothing) {
  open();
  const auto refused = run_alone(database_->write([](Transaction& t) -> Result<int> {
    insert(t, "gone");
    return fail(ErrorCode::Conflict, "No.");
  }));
  EXPECT_FALSE(refused.has_value());
  EXPECT_TRUE(names().empty());
}

TEST_F(SqliteTest, AReaderCannotWrite) {
  open();
  EXPECT_THROW(run_alone(database_->read([](Transaction& t) { return insert(t, "no"); })),
               DatabaseError);
  EXPECT_TRUE(names().empty());
}

TEST_F(SqliteTest, CommitsAreDurableAndReadersNeverCheckpoint) {
  open();
  const auto synchronous = run_alone(
      database_->write([](Transaction& t) { return t.first("pragma synchronous")->integer(0); }));
  EXPECT_EQ(synchronous, 2);  // FULL
  const auto checkpoint = run_alone(database_->read(
      [](Transaction& t) { return t.first("pragma wal_autocheckpoint")->integer(0); }));
  EXPECT_EQ(checkpoint, 0);
}

TEST_F(SqliteTest, ScrubbingLeavesNoTraceOfDeletedRows) {
  open();
  for (int i = 0; i < 200; ++i) {
    run_alone(database_->write(
        [i](Transaction& t) { return insert(t, "xylophone " + std::to_string(i)); }));
  }
  run_alone(database_->write([](Transaction& t) {
    t.run("update item set name = 'drum' where item_id % 3 = 0 and item_id < 4");
    t.run("delete from item where name like 'xylophone%'");
  }));
  EXPECT_TRUE(directory_holds("xylophone")) << "or this test proves nothing";
  EXPECT_TRUE(run_alone(database_->scrub()));
  EXPECT_FALSE(directory_holds("xylophone"));
  EXPECT_TRUE(directory_holds("drum"));
}

TEST_F(SqliteTest, AReaderInTheWayMakesScrubbingWait) {
  open();
  run_alone(database_->write([](Transaction& t) { return insert(t, "xylophone"); }));
  std::promise<void> reading;
  std::promise<void> enough;
  std::thread reader([&] {
    run_alone(database_->read([&](Transaction& t) {
      t.run("select * from item");
      reading.set_value();
      enough.get_future().wait();
      return 0;
    }));
  });
  reading.get_future().wait();
  run_alone(database_->write([](Transaction& t) { t.run("delete from item"); }));
  EXPECT_FALSE(run_alone(database_->scrub()));
  enough.set_value();
  reader.join();
  EXPECT_TRUE(run_alone(database_->scrub()));
  EXPECT_FALSE(directory_holds("xylophone"));
}

TEST_F(SqliteTest, AStartEmptiesTheLogOfAKilledProcess) {
  open();
  run_alone(database_->write([](Transaction& t) { return insert(t, "xylophone"); }));
  run_alone(database_->write([](Transaction& t) { t.run("delete from item"); }));
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
  EXPECT_THROW((void)run_alone(database_->write(full_at_first)), DatabaseError);
  EXPECT_TRUE(fs::exists(spare)) << "not for what takes space";
  calls = 0;
  EXPECT_EQ(run_alone(database_->write_freeing(full_at_first)), 1);
  EXPECT_FALSE(fs::exists(spare));
  calls = 0;
  EXPECT_THROW((void)run_alone(database_->write_freeing(full_at_first)), DatabaseError)
      << "there is nothing left to give";
  EXPECT_TRUE(run_alone(database_->scrub()));
  EXPECT_TRUE(fs::exists(spare));
}

TEST_F(SqliteTest, AColumnThatBreaksTheRulesIsAnErrorForWhoAsks) {
  open();
  const auto row =
      run_alone(database_->read([](Transaction& t) { return *t.first("select null, 1, 'text'"); }));
  const std::vector<std::function<void()>> wrong{[&] { (void)row.integer(0); },
                                                 [&] { (void)row.text(0); },
                                                 [&] { (void)row.text(1); },
                                                 [&] { (void)row.maybe_text(1); },
                                                 [&] { (void)row.integer(2); },
                                                 [&] { (void)row.maybe_integer(2); },
                                                 [&] {
                                                   run_alone(database_->read([](Transaction& t) {
                                                     return t.first("select 1.5").has_value();
                                                   }));
                                                 }};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    try {
      wrong[i]();
      ADD_FAILURE() << i;
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.failure(), Failure::Damaged) << i;
    }
  }
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

TEST_F(SqliteTest, AChangedMigrationAndANewerSchemaAreRefused) {
  open();
  database_->close();
  database_.reset();
  auto changed = kItems;
  changed[0].sql = "create table item (item_id integer primary key) strict;";
  EXPECT_THROW(open(changed), DatabaseError);
  auto newer = kItems;
  newer.push_back({.name = "0002_item_more.sql", .sql = "create table more (a integer) strict;"});
  open(newer);
  database_->close();
  database_.reset();
  try {
    open();
    ADD_FAILURE() << "an older program opened a newer schema";
  } catch (const DatabaseError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("newer"));
  }
  open(newer);
}

TEST_F(SqliteTest, AMigrationThatFailsLeavesNothingBehind) {
  auto broken = kItems;
  broken.push_back(
      {.name = "0002_item_more.sql",
       .sql = "create table more (a integer) strict; insert into nowhere values (1);"});
  EXPECT_THROW(open(broken), DatabaseError);
  broken[1].sql = "create table more (a integer) strict;";
  open(broken);
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

TEST(DataLockTest, DeletingTheLockFileLetsNobodyIn) {
  const TemporaryDirectory directory;
  const DataLock first(directory.path());
  fs::remove(directory.path() / "lock");
  EXPECT_THROW(DataLock{directory.path()}, std::runtime_error);
  EXPECT_THROW(DataLock{directory.path()}, std::runtime_error) << "nor a new one in its place";
}

}  // namespace
}  // namespace reprise::database
