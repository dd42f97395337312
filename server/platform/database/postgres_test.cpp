#include "platform/database/postgres.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/run_alone.hpp"
#include "platform/database/engines_for_test.hpp"

namespace reprise::database {
namespace {

namespace fs = std::filesystem;

// ---- with a server --------------------------------------------------------------------------

const std::vector<Migration> kCounter{
    {.name = "0001_counter_add.sql",
     .sql = "create table counter (value bigint not null); insert into counter values (0);"}};

/// A pooler or network between us and the server. Passes bytes on, and loses a commit when it is
/// asked to. Listens on a unix socket of its own.
class Between {
 public:
  enum class Loss {
    None,
    Answer,  ///< the server commits, but its answer is lost
    Commit,  ///< the message never arrives
    Late,    ///< the message arrives after the client has asked for the outcome
  };
  explicit Between(std::string server) : server_(std::move(server)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const auto address = address_of(directory_.path().string());
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 16) != 0) {
      ADD_FAILURE() << "no listener";
    }
    threads_.emplace_back([this] { accept(); });
  }
  ~Between() {
    stopping_ = true;
    for (std::size_t i = 0; i < threads_.size(); ++i) threads_[i].join();
    ::close(listener_);
  }
  std::string directory() const { return directory_.path().string(); }
  void lose_next(Loss loss) { loss_ = loss; }
  int lost() const { return lost_; }

 private:
  static sockaddr_un address_of(const std::string& directory) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = directory + "/.s.PGSQL.5432";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  bool readable(int descriptor) const {
    pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&wait, 1, 20) > 0;
  }
  void accept() {
    std::vector<std::thread> relays;
    while (!stopping_) {
      if (!readable(listener_)) continue;
      const int client = ::accept(listener_, nullptr, nullptr);
      relays.emplace_back([this, client] { relay(client); });
    }
    for (std::thread& one : relays) one.join();
  }
  void relay(int client) {
    const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const auto address = address_of(server_);
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open && !stopping_) {
      if (readable(client)) open = pass_request(client, server);
      if (open && readable(server)) open = pass_answer(server, client);
    }
    ::close(client);
    ::close(server);
  }
  bool pass_request(int client, int server) {
    std::string bytes(65'536, '\0');
    const auto count = ::recv(client, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    bytes.resize(static_cast<std::size_t>(count));
    Loss loss = Loss::None;
    if (bytes.contains("; commit")) loss = loss_.exchange(Loss::None);
    if (loss == Loss::None) return ::send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
    ++lost_;
    ::shutdown(client, SHUT_RDWR);
    if (loss == Loss::Commit) return false;
    if (loss == Loss::Late) std::this_thread::sleep_for(std::chrono::milliseconds(700));
    (void)::send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    (void)::recv(server, bytes.data(), bytes.size(), 0);  // the server has committed
    return false;
  }
  static bool pass_answer(int server, int client) {
    std::string bytes(65'536, '\0');
    const auto count = ::recv(server, bytes.data(), bytes.size(), 0);
    return count > 0 &&
           ::send(client, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) > 0;
  }

  std::string server_;
  TemporaryDirectory directory_;
  int listener_ = -1;
  std::atomic<bool> stopping_{false};
  std::atomic<Loss> loss_{Loss::None};
  std::atomic<int> lost_{0};
  std::vector<std::thread> threads_;
};

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::get();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    name_ = server_->make_database();
  }
  void TearDown() override { close(); }
  void open(const std::string& url, const std::vector<Migration>& migrations = kCounter,
            bool durable = true) {
    database_ = open_postgres({.target = {.url = url, .durable = durable}}, migrations);
  }
  void close() {
    if (database_) database_->close();
    database_.reset();
  }
  std::string url() const { return server_->url(name_); }
  void count() {
    run_alone(database_->write(
        usual_deadline(), [](Transaction& t) { t.run("update counter set value = value + 1"); }));
  }
  std::int64_t counted() {
    return run_alone(database_->read(usual_deadline(), [](Transaction& t) {
      return t.first("select value from counter")->integer(0);
    }));
  }
  /// The remedy of the error with which opening fails.
  std::optional<Remedy> refusal(const std::string& url, const std::vector<Migration>& migrations) {
    try {
      open(url, migrations);
    } catch (const PostgresError& error) {
      return error.remedy();
    }
    close();
    return std::nullopt;
  }

  PostgresServer* server_ = nullptr;
  std::string name_;
  std::unique_ptr<Database> database_;
};

TEST_F(PostgresTest, ALostAnswerToACommitIsResolved) {
  Between between(server_->directory());
  open(server_->url(name_, between.directory()));
  std::int64_t expected = 0;
  for (const auto loss : {Between::Loss::Answer, Between::Loss::Commit, Between::Loss::Late,
                          Between::Loss::Answer, Between::Loss::None}) {
    between.lose_next(loss);
    count();
    EXPECT_EQ(counted(), ++expected) << "loss " << static_cast<int>(loss);
  }
  EXPECT_EQ(between.lost(), 4);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // a late message has arrived by now
  EXPECT_EQ(counted(), expected);
  close();
}

TEST_F(PostgresTest, ALostAnswerToACommitOfSeveralStatementsIsResolved) {
  Between between(server_->directory());
  open(server_->url(name_, between.directory()));
  const std::vector<Statement> statements(
      2, {.sql = "update counter set value = value + 1", .values = {}});
  std::int64_t expected = 0;
  for (const auto loss : {Between::Loss::Answer, Between::Loss::Commit, Between::Loss::Late}) {
    between.lose_next(loss);
    run_alone(database_->write(usual_deadline(), [&](Transaction& t) { t.run_all(statements); }));
    expected += 2;
    EXPECT_EQ(counted(), expected) << "loss " << static_cast<int>(loss);
  }
  EXPECT_EQ(between.lost(), 3);
  close();
}

TEST_F(PostgresTest, AServerThatStopsAndComesBackIsFoundAgain) {
  open(url());
  count();
  ASSERT_TRUE(server_->harness("stop"));
  try {
    count();
    ADD_FAILURE() << "stored in a database that is away";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.failure(), Failure::Unavailable);
  }
  EXPECT_FALSE(database_->broken().has_value()) << "it may come back";
  ASSERT_TRUE(server_->harness("start"));
  for (int i = 0; i < 100; ++i) {
    try {
      count();
      break;
    } catch (const DatabaseError&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  EXPECT_EQ(counted(), 2);
}

TEST_F(PostgresTest, AServerThatIsAwayAtTheStartIsNoReasonNotToStart) {
  ASSERT_TRUE(server_->harness("stop"));
  open(url());
  EXPECT_THROW(count(), DatabaseError);
  ASSERT_TRUE(server_->harness("start"));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  count();
  EXPECT_EQ(counted(), 1);
}

TEST_F(PostgresTest, WhatAPersonMustMendIsRefusedAtTheStart) {
  EXPECT_EQ(refusal(server_->url("no_such_database"), kCounter), Remedy::Operator);
  EXPECT_EQ(refusal("postgres://nobody@/" + name_ + "?host=" + server_->directory(), kCounter),
            Remedy::Operator);
  for (const char* option : {"sslmode=foo", "target_session_attrs=foo", "channel_binding=foo"}) {
    EXPECT_EQ(refusal(url() + "&" + option, kCounter), Remedy::Operator) << option;
  }
  const std::string foreign = server_->make_database();
  open(server_->url(foreign),
       {{.name = "0001_a_add.sql", .sql = "create table theirs (a bigint);"}});
  run_alone(database_->write(usual_deadline(),
                             [](Transaction& t) { t.run("drop table schema_migration"); }));
  close();
  EXPECT_EQ(refusal(server_->url(foreign), kCounter), Remedy::Operator);
  const std::string namesake = server_->make_database();
  open(server_->url(namesake), {{.name = "0001_a_add.sql", .sql = "select 1;"}});
  run_alone(database_->write(usual_deadline(), [](Transaction& t) {
    t.run("alter table schema_migration rename column sha256_hex to checksum");
  }));
  close();
  EXPECT_EQ(refusal(server_->url(namesake), kCounter), Remedy::Operator);
}

TEST_F(PostgresTest, ADatabaseThatAcknowledgesTooEarlyIsRefused) {
  open(url());
  run_alone(database_->write(usual_deadline(), [&](Transaction& t) {
    t.run("alter database " + name_ + " set synchronous_commit = off");
  }));
  close();
  EXPECT_EQ(refusal(url(), kCounter), Remedy::Operator);
  open(url(), kCounter, false);
  count();
}

TEST_F(PostgresTest, NodesThatStartTogetherMigrateOnce) {
  std::vector<std::thread> nodes;
  std::atomic<int> opened{0};
  nodes.reserve(6);
  for (int i = 0; i < 6; ++i) {
    nodes.emplace_back([&] {
      const auto database = open_postgres({.target = {.url = url()}, .connections = 2}, kCounter);
      ++opened;
      database->close();
    });
  }
  for (std::thread& node : nodes) node.join();
  EXPECT_EQ(opened, 6);
  open(url());
  EXPECT_EQ(counted(), 0);
}

// ---- the schema -----------------------------------------------------------------------------

std::vector<std::string> texts(const Rows& rows, std::size_t columns) {
  std::vector<std::string> lines;
  for (const Row& row : rows.rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) line += row.text(i) + " ";
    lines.push_back(line);
  }
  return lines;
}

TEST_F(PostgresTest, ThePreparedStatementsOfTwoServersNeverShareANameForTwoTexts) {
  const auto name_after = [this](const char* before) {
    open(url());
    std::string name;
    run_alone(database_->write(usual_deadline(), [&](Transaction& transaction) {
      transaction.run(before);
      transaction.run("select 41 + 1");
      name = transaction
                 .first("select name from pg_prepared_statements where statement = 'select 41 + 1'")
                 ->text(0);
    }));
    close();
    return name;
  };
  const std::string once = name_after("select 1");
  EXPECT_EQ(once, name_after("select value from counter")) << "whatever was prepared before";
  EXPECT_EQ(once, name_after("select 41 + 1"));
}

/// Without the tables of the search, which each engine stores in its own way, and without the
/// partitions of a table.
TEST_F(PostgresTest, BothEnginesHaveTheSameTables) {
  ASSERT_EQ(sqlite_migrations().size(), postgres_migrations().size());
  for (std::size_t i = 0; i < sqlite_migrations().size(); ++i) {
    EXPECT_EQ(sqlite_migrations()[i].name, postgres_migrations()[i].name);
  }
  const TemporaryDirectory directory;
  const auto sqlite = open_sqlite({.file = directory.path() / "reprise.db"}, sqlite_migrations());
  const auto of_sqlite = run_alone(sqlite->read(usual_deadline(), [](Transaction& t) {
    return texts(t.run("select m.name, p.name, case p.type when 'INTEGER' then 'bigint' else "
                       "lower(p.type) end, case when p.\"notnull\" = 1 then 'NO' else 'YES' end, "
                       "coalesce(p.dflt_value, '-') from sqlite_schema m join pragma_table_info("
                       "m.name) p where m.type = 'table' and m.name <> 'schema_migration' and "
                       "m.name not like 'search~_%' escape '~' order "
                       "by 1, 2"),
                 5);
  }));
  sqlite->close();
  open(url(), postgres_migrations());
  const auto of_postgres = run_alone(database_->read(usual_deadline(), [](Transaction& t) {
    return texts(t.run("select table_name, column_name, data_type, is_nullable, "
                       "coalesce(replace(column_default, '::text', ''), '-') from "
                       "information_schema.columns where "
                       "table_schema = 'public' and table_name not in ('schema_migration', "
                       "'write_receipt', 'installation', 'installation_bucket') and table_name not "
                       "like 'search~_%' escape '~' and table_name not like "
                       "'interaction~_event~_%' escape '~' order by 1, 2"),
                 5);
  }));
  EXPECT_EQ(of_sqlite, of_postgres);
  EXPECT_GT(of_sqlite.size(), 40U);
}

TEST_F(PostgresTest, EveryTextIsOrderedByItsBytesAsInSqlite) {
  open(url(), postgres_migrations());
  const auto others = run_alone(database_->read(usual_deadline(), [](Transaction& t) {
    return t
        .run(
            "select table_name, column_name from information_schema.columns where "
            "table_schema = 'public' and data_type = 'text' and coalesce(collation_name, '') "
            "<> 'C' and table_name not in ('schema_migration', 'write_receipt', "
            "'installation', 'installation_bucket')")
        .rows.size();
  }));
  EXPECT_EQ(others, 0U);
}

TEST(PostgresMigrationsTest, TheProgramCarriesTheFilesOfTheRepository) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(REPRISE_SOURCE_DIR "/migrations/postgres")) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  ASSERT_EQ(files.size(), postgres_migrations().size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::ifstream file(files[i]);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(files[i].filename(), postgres_migrations()[i].name);
    EXPECT_EQ(text, postgres_migrations()[i].sql);
  }
}

}  // namespace
}  // namespace reprise::database
