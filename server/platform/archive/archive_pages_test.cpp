// Lists of recordings and messages, page by page.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <set>

#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::archive {
namespace {

namespace fs = std::filesystem;

class ArchivePagesTest : public testing::Test {
 protected:
  ArchivePagesTest() {
    run_alone(database_->write([&](database::Transaction& transaction) {
      transaction.run("insert into chat values ($1, 'Chat', 1, 1, 0)", {chat_.value});
    }));
  }
  ~ArchivePagesTest() override {
    database_->close();
    pool_.close();
    fs::remove_all(directory_);
  }
  static fs::path new_directory() {
    std::string name = (fs::temp_directory_path() / "reprise-pages-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  RecordingId add(std::int64_t created_utc_ns) {
    now_ = created_utc_ns;
    const RecordingId id(new_uuid7());
    const auto made = run_alone(sessions_.create(
        {.id = LiveSessionId(new_uuid7()), .chat_id = chat_, .model = "m", .recording_id = id}));
    EXPECT_TRUE(made.has_value());
    return id;
  }
  /// Ids of all pages, each asked for with the place that the one before named.
  std::vector<std::string> walk(std::int64_t limit, const std::function<void()>& between = [] {}) {
    std::vector<std::string> ids;
    PageWish wish{.limit = limit, .after = std::nullopt};
    for (;;) {
      const auto page = run_alone(archive_.list(wish));
      EXPECT_LE(page.items.size(), static_cast<std::size_t>(limit));
      for (const Recording& one : page.items) ids.push_back(one.id.value);
      if (!page.next) return ids;
      wish.after = page.next;
      between();
    }
  }

  const fs::path directory_ = new_directory();
  BlockingPool pool_{"test", 1};
  std::int64_t now_ = 1;
  const ChatId chat_{new_uuid7()};
  std::unique_ptr<database::Database> database_ =
      database::open_sqlite({.file = directory_ / "reprise.db"}, database::sqlite_migrations());
  std::unique_ptr<blob::BlobStore> blobs_ = blob::open_local_store(directory_ / "objects", pool_);
  Archive archive_{
      *database_, *blobs_, pool_, {.min_free_bytes = 0, .now_utc_ns = [this] { return now_; }}};
  LiveSessions sessions_{*database_, archive_};
};

TEST_F(ArchivePagesTest, EveryRecordingComesOnceNewestFirstAlsoWhereTimesAreEqual) {
  std::set<std::pair<std::int64_t, std::string>> wanted;
  for (std::int64_t i = 0; i < 11; ++i) {
    const std::int64_t time = 100 + i / 3;  // three share a time
    wanted.emplace(time, add(time).value);
  }
  std::vector<std::string> newest_first;
  for (auto one = wanted.rbegin(); one != wanted.rend(); ++one) newest_first.push_back(one->second);
  for (const std::int64_t limit : {1, 2, 3, 5, 10, 11, 200}) {
    EXPECT_EQ(walk(limit), newest_first) << limit;
  }
}

TEST_F(ArchivePagesTest, WhatComesAndGoesMeanwhileMovesNothing) {
  std::vector<RecordingId> ids;
  ids.reserve(6);
  for (std::int64_t i = 0; i < 6; ++i) ids.push_back(add(100 + i));
  int pages = 0;
  const auto walked = walk(2, [&] {
    add(1000 + ++pages);  // before what was read
    // The row behind which the next page begins.
    if (pages == 1) EXPECT_TRUE(run_alone(archive_.erase(ids[4])).has_value());
  });
  EXPECT_EQ(walked, (std::vector<std::string>{ids[5].value, ids[4].value, ids[3].value,
                                              ids[2].value, ids[1].value, ids[0].value}));
}

TEST_F(ArchivePagesTest, AThreadBeginsWithItsNewestPageAndEachPageWithItsOldestMessage) {
  std::vector<std::string> sessions;
  sessions.reserve(5);
  for (std::int64_t i = 0; i < 5; ++i) sessions.push_back(add(100 + i).value);
  const auto ids = [](const Page<Message>& page) {
    std::vector<std::string> found;
    found.reserve(page.items.size());
    for (const Message& one : page.items) found.push_back(one.live_session.recording->id.value);
    return found;
  };
  const auto first = run_alone(sessions_.messages(chat_, {.limit = 2, .after = std::nullopt}));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(ids(*first), (std::vector{sessions[3], sessions[4]}));
  const auto second = run_alone(sessions_.messages(chat_, {.limit = 2, .after = first->next}));
  EXPECT_EQ(ids(*second), (std::vector{sessions[1], sessions[2]}));
  const auto third = run_alone(sessions_.messages(chat_, {.limit = 2, .after = second->next}));
  EXPECT_EQ(ids(*third), std::vector{sessions[0]});
  EXPECT_FALSE(third->next.has_value());
}

TEST_F(ArchivePagesTest, StandingTellsHowARecordingEnded) {
  const RecordingId id = add(100);
  EXPECT_FALSE(run_alone(archive_.standing(id))->reason.has_value());
  ASSERT_TRUE(run_alone(archive_.finish(id, -1, session::RecordingEnd::Hangup)).has_value());
  const auto ended = run_alone(archive_.standing(id));
  EXPECT_EQ(ended->state, session::RecordingState::Complete);
  EXPECT_EQ(ended->reason, session::RecordingEnd::Hangup);
  ASSERT_TRUE(run_alone(archive_.erase(id)).has_value());
  EXPECT_EQ(run_alone(archive_.standing(id)).error().code, ErrorCode::Gone);
  EXPECT_EQ(run_alone(archive_.standing(RecordingId(new_uuid7()))).error().code,
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise::archive
