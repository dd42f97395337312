#include "features/chat/chats.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/clock.hpp"
#include "base/run_alone.hpp"
#include "platform/archive/archive.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::chat {
namespace {

namespace fs = std::filesystem;

class ChatsTest : public testing::Test {
 protected:
  ~ChatsTest() override {
    database_->close();
    pool_.close();
    fs::remove_all(directory_);
  }
  static fs::path new_directory() {
    std::string name = (fs::temp_directory_path() / "reprise-chats-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  /// Adds a live session to `chat` that showed a sign of life `ago` before now; empty: it is not
  /// recorded.
  void add_live(const ChatId& chat, const std::string& name, std::optional<std::int64_t> ago_ns) {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run(
          "insert into live_session (live_session_id, chat_id, model, state, created_utc_ns) "
          "values ($1, $2, 'm', 'live', 1)",
          {name, chat.value});
      if (!ago_ns) return;
      transaction.run(
          "insert into recording (recording_id, live_session_id, chat_id, state, created_utc_ns, "
          "last_chunk_utc_ns) values ($1, $1, $2, 'recording', 1, $3)",
          {name, chat.value, now_utc_ns() - *ago_ns});
    }));
  }

  fs::path directory_ = new_directory();
  BlockingPool pool_{"test", 1};
  std::unique_ptr<database::Database> database_ =
      database::open_sqlite({.file = directory_ / "reprise.db"}, database::sqlite_migrations());
  std::unique_ptr<blob::BlobStore> blobs_ = blob::open_local_store(directory_ / "objects", pool_);
  archive::Archive archive_{*database_, *blobs_, pool_, {}};
  Chats chats_{*database_, archive_};
};

TEST_F(ChatsTest, AChatIsLiveWhileOneOfItsSessionsIsHeardOf) {
  const auto is_live = [this](const Chat& chat) {
    return run_alone(chats_.find(access::Reach::everything(), chat.id))->live;
  };
  const Chat still = run_alone(chats_.create(access::local_user(), "still"));
  const Chat talking = run_alone(chats_.create(access::local_user(), "talking"));
  const Chat unrecorded = run_alone(chats_.create(access::local_user(), "unrecorded"));
  const std::int64_t too_long = session::kQuietAfterNs + 1'000'000'000;
  add_live(still.id, "gone", too_long);
  add_live(talking.id, "gone too", too_long);
  add_live(talking.id, "heard", 1'000'000'000);
  add_live(unrecorded.id, "unheard", std::nullopt);
  EXPECT_FALSE(is_live(still));
  EXPECT_TRUE(is_live(talking));
  EXPECT_TRUE(is_live(unrecorded));
  EXPECT_TRUE(
      run_alone(chats_.change(access::Reach::everything(), talking.id, {.title = "renamed"}))
          ->live);
}

TEST_F(ChatsTest, AChatIsUntitledUntilItIsNamedWhateverTheName) {
  const Chat fresh = run_alone(chats_.create(access::local_user(), ""));
  EXPECT_TRUE(fresh.untitled);
  EXPECT_TRUE(run_alone(chats_.find(access::Reach::everything(), fresh.id))->untitled);
  EXPECT_FALSE(
      run_alone(chats_.change(access::Reach::everything(), fresh.id, {.title = session::kUntitled}))
          ->untitled);
  EXPECT_FALSE(run_alone(chats_.find(access::Reach::everything(), fresh.id))->untitled);
  const Chat named = run_alone(chats_.create(access::local_user(), session::kUntitled));
  EXPECT_FALSE(run_alone(chats_.find(access::Reach::everything(), named.id))->untitled);
}

}  // namespace
}  // namespace reprise::chat
