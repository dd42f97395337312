#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/clock.hpp"
#include "platform/backup/restoring.hpp"
#include "platform/backup/saving.hpp"
#include "platform/database/migrations.hpp"
#include "platform/database/sqlite.hpp"
#include "platform/database/sqlite_connection.hpp"
#include "platform/database/tables.hpp"

namespace reprise::backup {
namespace {

namespace fs = std::filesystem;
using database::SqliteConnection;
using database::Transaction;
using testing::HasSubstr;

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr std::int64_t kNow = 1'800'000'000'000'000'000;
constexpr std::chrono::days kKeep{30};

Key key_of(char digit) { return *read_key(std::string(64, digit)); }
ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const BackupFailed& error) {
    return error.what();
  }
  return "nothing was refused";
}

class Backup : public testing::Test {
 protected:
  Backup() {
    std::string pattern = (fs::temp_directory_path() / "backup-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    install("one");
  }
  ~Backup() override { fs::remove_all(folder_); }

  fs::path database_of(const std::string& name) const { return folder_ / name / "reprise.db"; }
  fs::path objects_of(const std::string& name) const { return folder_ / name / "objects"; }
  void install(const std::string& name) const {
    fs::create_directories(objects_of(name));
    database::open_sqlite({.file = database_of(name), .readers = 1}, database::sqlite_migrations())
        ->close();
  }
  void put_object(const std::string& key, const std::string& text) const {
    const fs::path file = objects_of("one") / key;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void add_chats(const std::vector<std::string>& ids, const std::string& title) const {
    SqliteConnection connection(database_of("one"), SqliteConnection::Mode::Writer);
    connection.run_script("begin");
    for (const std::string& id : ids) {
      connection.run(
          "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values ($1, $2, 1, "
          "1)",
          {id, title});
    }
    connection.run_script("commit");
  }
  Saved save_at(std::int64_t now, const std::function<void()>& meanwhile = [] {}) {
    Vault vault(folder_ / "vault", key_of('1'), Vault::Use::Write);
    const Source source{.reading =
                            [&](const std::function<void(Transaction&)>& work) {
                              SqliteConnection connection(database_of("one"),
                                                          SqliteConnection::Mode::Reader);
                              work(connection);
                              meanwhile();
                            },
                        .objects = objects_of("one")};
    auto saved = save(source, vault, now, kKeep, "test");
    added_ = vault.added_pieces();
    return saved;
  }
  void restore_to(const std::string& name) const {
    install(name);
    const Vault vault(folder_ / "vault", key_of('1'), Vault::Use::Read);
    const Snapshot snapshot = read_snapshot(vault, "");
    check(vault, snapshot);
    SqliteConnection connection(database_of(name), SqliteConnection::Mode::Writer);
    restore_rows(vault, snapshot, [&connection](const auto& work) {
      connection.run_script("begin");
      work(connection);
      connection.run_script("commit");
    });
    restore_objects(vault, snapshot, objects_of(name));
  }
  std::string content(const std::string& name, const std::string& key) const {
    std::ifstream file(objects_of(name) / key);
    if (!file) return "(absent)";
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  fs::path folder_;
  std::int64_t added_ = 0;
};

TEST_F(Backup, RestoresRowsAndObjects) {
  const std::string large(std::size_t{17} << 20, 'x');  // more than one part
  add_chats({"a"}, "tab\t\"quote\" \u00fc \u2028");
  put_object("recordings/1/0-aa.mcap", large);
  put_object("uploads/2/empty", "");
  // A row whose triggers add others.
  SqliteConnection(database_of("one"), SqliteConnection::Mode::Writer)
      .run(
          "insert into live_session (live_session_id, chat_id, model, state, created_utc_ns) "
          "values "
          "('s', 'a', 'm', 'live', 1)");
  save_at(kNow);
  restore_to("two");
  SqliteConnection two(database_of("two"), SqliteConnection::Mode::Reader);
  EXPECT_EQ(two.run("select title from chat").rows.at(0).text(0), "tab\t\"quote\" \u00fc \u2028");
  EXPECT_EQ(content("two", "recordings/1/0-aa.mcap"), large);
  EXPECT_EQ(content("two", "uploads/2/empty"), "");
}

TEST_F(Backup, StoresOnlyWhatIsNew) {
  std::vector<std::string> ids(8'000);
  std::ranges::generate(ids, [id = 10'000]() mutable { return std::to_string(id++); });
  add_chats(ids, std::string(100, 'c'));
  put_object("recordings/1/0-aa.mcap", "chunk");
  save_at(kNow);
  EXPECT_GT(added_, 6);
  save_at(kNow + 1'000'000'000);
  EXPECT_EQ(added_, 0);
  add_chats({"0"}, "a row before all others");
  put_object("recordings/1/1-bb.mcap", "another chunk");
  save_at(kNow + 2'000'000'000);
  EXPECT_LE(added_, 5);  // the object, a piece or two of rows, the list of objects
}

TEST_F(Backup, HoldsWhatIsMovedOrErasedWhileItIsMade) {
  put_object("recordings/1/0-aa.mcap", "chunk");
  save_at(kNow, [this] {
    fs::remove(objects_of("one") / "recordings/1/0-aa.mcap");
    put_object("recordings/1/pack-cc", "pack");
  });
  restore_to("two");
  EXPECT_EQ(content("two", "recordings/1/0-aa.mcap"), "chunk");
  EXPECT_EQ(content("two", "recordings/1/pack-cc"), "pack");
}

TEST_F(Backup, ForgetsWhatWasErasedAfterTheDaysThatAreKept) {
  put_object("recordings/1/0-aa.mcap", "chunk");
  save_at(kNow);
  fs::remove_all(objects_of("one") / "recordings");
  EXPECT_EQ(save_at(kNow + 29 * kDayNs).removed_pieces, 0);
  const Saved saved = save_at(kNow + 31 * kDayNs);
  EXPECT_EQ(saved.removed_snapshots, 1);
  const Sealer sealer(key_of('1'));
  const std::string piece = sealer.name_of(bytes_of("chunk"));
  EXPECT_FALSE(fs::exists(folder_ / "vault/pieces" / piece.substr(0, 2) / piece));
}

TEST_F(Backup, RefusesASnapshotOfTheFuture) {
  save_at(kNow + kDayNs);
  EXPECT_THAT(refusal([this] { save_at(kNow); }), HasSubstr("later than this machine's clock"));
}

TEST_F(Backup, RefusesAnotherKeyAnotherFolderAndASecondWriter) {
  save_at(kNow);
  const fs::path vault = folder_ / "vault";
  EXPECT_THAT(refusal([&] { Vault(vault, key_of('2'), Vault::Use::Read); }),
              HasSubstr("another key"));
  EXPECT_THAT(refusal([&] { Vault(folder_ / "one", key_of('1'), Vault::Use::Write); }),
              HasSubstr("holds something else"));
  EXPECT_THAT(refusal([&] { Vault(folder_ / "none", key_of('1'), Vault::Use::Read); }),
              HasSubstr("holds no backup"));
  const Vault first(vault, key_of('1'), Vault::Use::Write);
  EXPECT_THAT(refusal([&] { Vault(vault, key_of('1'), Vault::Use::Write); }),
              HasSubstr("another backup writes"));
}

TEST_F(Backup, RefusesADatabaseWithRowsOfItsOwn) {
  save_at(kNow);
  add_chats({"a"}, "of another installation");
  fs::rename(folder_ / "one", folder_ / "two");
  EXPECT_THAT(refusal([this] { restore_to("two"); }), HasSubstr("chat has 1 rows instead of 0"));
}

TEST_F(Backup, FindsAPieceThatIsGoneOrChanged) {
  put_object("recordings/1/0-aa.mcap", "chunk");
  save_at(kNow);
  const std::string piece = Sealer(key_of('1')).name_of(bytes_of("chunk"));
  const fs::path file = folder_ / "vault/pieces" / piece.substr(0, 2) / piece;
  fs::resize_file(file, fs::file_size(file) - 1);
  EXPECT_THAT(refusal([this] { restore_to("two"); }), HasSubstr("it was changed"));
  fs::remove(file);
  EXPECT_THAT(refusal([this] { restore_to("two"); }), HasSubstr("cannot read"));
}

TEST_F(Backup, SweepsWhatAKilledRunLeft) {
  save_at(kNow);
  const fs::path left = folder_ / "vault/pieces/ab/abc.new";
  fs::create_directories(left.parent_path());
  std::ofstream(left) << "half a piece";
  save_at(kNow + 1'000'000'000);
  EXPECT_FALSE(fs::exists(left));
}

// Restoring leaves logins out: no other table may hang on them.
TEST(BackupTables, NothingHangsOnLogins) {
  const auto tables = database::tables_after(database::sqlite_migrations().size());
  EXPECT_GT(tables.size(), 20U);
  for (const auto& table : tables) {
    if (table.name == "login_session") continue;
    EXPECT_THAT(table.parents, testing::Not(testing::Contains(HasSubstr("login_")))) << table.name;
  }
}

}  // namespace
}  // namespace reprise::backup
