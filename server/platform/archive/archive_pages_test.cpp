// Lists of recordings and messages, page by page.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <numeric>
#include <set>
#include <tuple>

#include "base/id.hpp"
#include "base/run_alone.hpp"
#include "domain/recording/view/view_row.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::archive {
namespace {

namespace fs = std::filesystem;

class ArchivePagesTest : public testing::Test {
 protected:
  ArchivePagesTest() {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run(
          "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values ($1, 'Chat', "
          "1, 1)",
          {chat_.value});
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
  RecordingId add(std::int64_t created_utc_ns, std::string model = "m") {
    now_ = created_utc_ns;
    const RecordingId id(new_uuid7());
    const auto made = run_alone(sessions_.create({.owner = access::local_user(),
                                                  .id = LiveSessionId(new_uuid7()),
                                                  .chat_id = chat_,
                                                  .model = std::move(model),
                                                  .recording_id = id}));
    EXPECT_TRUE(made.has_value());
    return id;
  }
  /// Rows of chunks without their objects.
  void put_rows(const RecordingId& id, const std::vector<std::int64_t>& seqs) {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      for (const std::int64_t seq : seqs) {
        transaction.run(
            "insert into recording_chunk (recording_id, seq, first_log_ns, last_log_ns, "
            "byte_count, crc32c, sha256_hex, blob_key, stored_utc_ns) values ($1, $2, 1, 1, 1, 0, "
            "$3, $4, 1)",
            {id.value, seq, std::string(64, '0'), fmt::format("{}/{}", id.value, seq)});
      }
      transaction.run("update recording set chunk_count = chunk_count + $2 where recording_id = $1",
                      {id.value, static_cast<std::int64_t>(seqs.size())});
    }));
  }
  /// The ids of all pages, in order. Each page is asked for with the cursor of the one before.
  std::vector<std::string> walk(std::int64_t limit, const std::function<void()>& between = [] {}) {
    std::vector<std::string> ids;
    PageWish wish{.limit = limit, .after = std::nullopt};
    for (;;) {
      const auto page = run_alone(archive_.list(access::local_user(), wish));
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
  std::atomic<std::int64_t> steps_{0};
  std::unique_ptr<database::Database> database_ = database::open_sqlite(
      {.file = directory_ / "reprise.db", .steps = &steps_}, database::sqlite_migrations());
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
    add(1000 + ++pages);  // sorts before what was read
    // Erases the row after which the next page begins.
    if (pages == 1)
      EXPECT_TRUE(run_alone(archive_.erase(access::Reach::everything(), ids[4])).has_value());
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
    for (const Message& one : page.items) found.push_back(one.live_session->recording->id.value);
    return found;
  };
  const auto first = run_alone(
      sessions_.messages(access::Reach::everything(), chat_, {.limit = 2, .after = std::nullopt}));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(ids(*first), (std::vector{sessions[3], sessions[4]}));
  const auto second = run_alone(
      sessions_.messages(access::Reach::everything(), chat_, {.limit = 2, .after = first->next}));
  EXPECT_EQ(ids(*second), (std::vector{sessions[1], sessions[2]}));
  const auto third = run_alone(
      sessions_.messages(access::Reach::everything(), chat_, {.limit = 2, .after = second->next}));
  EXPECT_EQ(ids(*third), std::vector{sessions[0]});
  EXPECT_FALSE(third->next.has_value());
}

TEST_F(ArchivePagesTest, AFilterLetsThroughWhatIsAskedFor) {
  const RecordingId first = add(100);
  const RecordingId second = add(200);
  const RecordingId third = add(300);
  ASSERT_TRUE(run_alone(archive_.finish(access::Reach::everything(), second, -1,
                                        session::RecordingEnd::Hangup))
                  .has_value());
  const auto ids = [&](const RecordingFilter& filter) {
    std::vector<std::string> found;
    const auto page = run_alone(archive_.list(access::local_user(), {}, filter));
    found.reserve(page.items.size());
    for (const Recording& one : page.items) found.push_back(one.id.value);
    EXPECT_EQ(run_alone(archive_.totals(access::local_user(), filter)).recordings,
              static_cast<std::int64_t>(found.size()));
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), (Ids{third.value, second.value, first.value}));
  EXPECT_EQ(ids({.state = session::RecordingState::Recording}), (Ids{third.value, first.value}));
  EXPECT_EQ(ids({.from_utc_ns = 200}), (Ids{third.value, second.value}));
  EXPECT_EQ(ids({.before_utc_ns = 200}), Ids{first.value});
  EXPECT_EQ(ids({.from_utc_ns = 200, .before_utc_ns = 300}), Ids{second.value});
  EXPECT_EQ(ids({.chat = ChatId("other")}), Ids{});
  EXPECT_EQ(ids({.chat = chat_, .model = "m"}), (Ids{third.value, second.value, first.value}));
  EXPECT_EQ(ids({.model = "n"}), Ids{});
}

TEST_F(ArchivePagesTest, EachOrderIsWalkedToItsEnd) {
  std::vector<RecordingId> made;
  made.reserve(4);
  for (const std::int64_t seconds : {3, 1, 2, 1}) {
    made.push_back(add(100 + static_cast<std::int64_t>(made.size())));
    ASSERT_EQ(run_alone(archive_.store_view(made.back(), ViewRow{.duration_ns = seconds})),
              ViewStored::Yes);
  }
  const auto walked = [&](RecordingSort sort) {
    std::vector<std::int64_t> durations;
    PageWish wish{.limit = 1, .after = std::nullopt};
    for (;;) {
      const auto page = run_alone(archive_.list(access::local_user(), wish, {}, sort));
      for (const Recording& one : page.items) durations.push_back(one.duration_ns.value_or(0));
      if (!page.next) return durations;
      wish.after = page.next;
    }
  };
  EXPECT_THAT(walked(RecordingSort::Oldest), testing::ElementsAre(3, 1, 2, 1));
  EXPECT_THAT(walked(RecordingSort::Newest), testing::ElementsAre(1, 2, 1, 3));
  EXPECT_THAT(walked(RecordingSort::Longest), testing::ElementsAre(3, 2, 1, 1));
  EXPECT_EQ(run_alone(archive_.totals(access::local_user(), {})).duration_ns, 7);
}

TEST_F(ArchivePagesTest, SumsCountTheNewestViewOnly) {
  const RecordingId id = add(100);
  add(200);
  const auto sums = [&] {
    const auto totals = run_alone(archive_.totals(access::local_user(), {}));
    EXPECT_EQ(run_alone(archive_.storage(access::local_user())).used_bytes,
              static_cast<std::uint64_t>(totals.bytes));
    return std::tuple(totals.recordings, totals.duration_ns, totals.bytes);
  };
  EXPECT_EQ(sums(), std::tuple(2, 0, 0));
  const auto store = [&](const ViewRow& view) { run_alone(archive_.store_view(id, view)); };
  store({.duration_ns = 5, .media_bytes = 7});
  EXPECT_EQ(sums(), std::tuple(2, 5, 7));
  store({.version = 2, .duration_ns = 11, .media_bytes = 13});
  EXPECT_EQ(sums(), std::tuple(2, 11, 13));
  ASSERT_TRUE(run_alone(archive_.erase(access::Reach::everything(), id)).has_value());
  EXPECT_EQ(sums(), std::tuple(1, 0, 0));
}

TEST_F(ArchivePagesTest, ModelsAreThoseOfRecordingsThatAreThere) {
  const auto models = [&] { return run_alone(archive_.totals(access::local_user(), {})).models; };
  EXPECT_THAT(models(), testing::IsEmpty());
  add(100, "n");
  add(200, "m");
  const RecordingId only = add(300, "o");
  add(400, "m");
  EXPECT_THAT(models(), testing::ElementsAre("m", "n", "o"));
  ASSERT_TRUE(run_alone(archive_.erase(access::Reach::everything(), only)).has_value());
  EXPECT_THAT(models(), testing::ElementsAre("m", "n"));
}

TEST_F(ArchivePagesTest, ARowShowsItsChatItsModelAndWhatItsViewSaid) {
  const RecordingId id = add(100);
  const session::MissingTime missing{
      .microphone_ns = 1, .model_ns = 2, .camera_ns = 3, .messages_ns = 4};
  ASSERT_EQ(run_alone(archive_.store_view(id, ViewRow{.seam = "c2VhbQ==",
                                                      .has_thumbnail = true,
                                                      .missing = missing,
                                                      .left_out = true,
                                                      .started_device_utc_ns = 77})),
            ViewStored::Yes);
  now_ += session::kQuietAfterNs + 1;
  const Recording row = run_alone(archive_.list(access::local_user(), {})).items.at(0);
  EXPECT_EQ(row.chat_title, "Chat");
  EXPECT_EQ(row.model, "m");
  EXPECT_EQ(row.seam, "c2VhbQ==");
  EXPECT_TRUE(row.has_thumbnail);
  EXPECT_EQ(row.missing, missing);
  EXPECT_TRUE(row.left_out);
  EXPECT_EQ(row.started_device_utc_ns, 77);
  EXPECT_FALSE(row.refolding) << "it is running";
  EXPECT_FALSE(row.title.has_value());
  EXPECT_TRUE(row.quiet) << "no chunk came for that long";
  const auto view = run_alone(archive_.find_view(access::Reach::everything(), id));
  EXPECT_EQ((*view)->missing, missing);
  EXPECT_TRUE((*view)->left_out);
  EXPECT_EQ((*view)->started_device_utc_ns, 77);
}

TEST_F(ArchivePagesTest, ARowKnowsThatItsViewIsToBeMadeAnew) {
  struct Case {
    const char* name;
    std::optional<ViewRow> view;
    bool ended;
    bool damaged;  ///< one of the three chunks
    bool refolding;
  };
  const auto made = [](std::int64_t fold_version, std::int64_t chunks) {
    return ViewRow{.fold_version = fold_version, .chunk_count = chunks};
  };
  constexpr std::int64_t kNow = recording::kFoldVersion;
  for (const Case& one : std::vector<Case>{
           {"whole", made(kNow, 3), true, false, false},
           {"a late chunk came", made(kNow, 2), true, false, true},
           {"the third one cannot be read", made(kNow, 2), true, true, false},
           {"one came and one cannot be read", made(kNow, 1), true, true, true},
           {"an older fold", made(kNow - 1, 3), true, false, true},
           {"still running", made(kNow, 2), false, false, false},
           {"not folded yet", std::nullopt, true, false, false},
       }) {
    const RecordingId id = add(now_ + 1);
    put_rows(id, {0, 1, 2});
    if (one.damaged) {
      run_alone(
          database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
            transaction.run("insert into recording_chunk_damage values ($1, 2, 'absent', 1)",
                            {id.value});
          }));
    }
    if (one.ended) {
      ASSERT_TRUE(run_alone(archive_.finish(access::Reach::everything(), id, 2,
                                            session::RecordingEnd::Hangup))
                      .has_value());
    }
    if (one.view) ASSERT_EQ(run_alone(archive_.store_view(id, *one.view)), ViewStored::Yes);
    EXPECT_EQ(run_alone(archive_.list(access::local_user(), {})).items.at(0).refolding,
              one.refolding)
        << one.name;
    EXPECT_EQ(run_alone(archive_.find(access::Reach::everything(), id))->refolding, one.refolding)
        << one.name;
  }
}

TEST_F(ArchivePagesTest, ANameStaysUntilTheRecordingIsErased) {
  const RecordingId id = add(100);
  EXPECT_EQ(run_alone(archive_.rename(access::Reach::everything(), id, "Gears"))->title, "Gears");
  EXPECT_EQ(run_alone(archive_.find(access::Reach::everything(), id))->title, "Gears");
  ASSERT_TRUE(run_alone(archive_.erase(access::Reach::everything(), id)).has_value());
  EXPECT_EQ(run_alone(archive_.rename(access::Reach::everything(), id, "Gears")).error().code,
            ErrorCode::Gone);
  EXPECT_EQ(
      run_alone(archive_.rename(access::Reach::everything(), RecordingId(new_uuid7()), "Gears"))
          .error()
          .code,
      ErrorCode::NotFound);
  const auto kept = run_alone(
      database_->read(database::usual_deadline(), [&](database::Transaction& transaction) {
        return transaction.first("select title from recording where recording_id = $1", {id.value});
      }));
  EXPECT_FALSE(kept->maybe_text(0).has_value());
}

TEST_F(ArchivePagesTest, ChunksComeInOrderPageByPageAndTheHighestIsNamedOnEach) {
  const RecordingId id = add(100);
  put_rows(id, {0, 1, 2, 4, 9, 12});
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    transaction.run("insert into recording_chunk_damage values ($1, 12, 'absent', 1)", {id.value});
  }));
  for (const std::int64_t limit : {1, 2, 3, 5, 200}) {
    std::vector<std::int64_t> seqs;
    PageWish wish{.limit = limit, .after = std::nullopt};
    for (;;) {
      const auto listing = run_alone(archive_.chunks(access::Reach::everything(), id, wish));
      ASSERT_TRUE(listing.has_value());
      EXPECT_LE(listing->chunks.items.size(), static_cast<std::size_t>(limit));
      EXPECT_EQ(listing->highest_seq, 12) << "what is damaged was stored";
      for (const ChunkInfo& chunk : listing->chunks.items) seqs.push_back(chunk.seq);
      if (!listing->chunks.next) break;
      wish.after = listing->chunks.next;
    }
    EXPECT_EQ(seqs, (std::vector<std::int64_t>{0, 1, 2, 4, 9})) << limit;
  }
  EXPECT_EQ(run_alone(archive_.all_chunks(access::Reach::everything(), id))->size(), 5U);
  const PageKey nowhere{.utc_ns = 0, .id = "no number"};
  EXPECT_EQ(
      run_alone(archive_.chunks(access::Reach::everything(), id, {.limit = 1, .after = nowhere}))
          .error()
          .code,
      ErrorCode::Invalid);
  const auto none = run_alone(archive_.chunks(access::Reach::everything(), add(101), {}));
  EXPECT_EQ(none->highest_seq, std::nullopt);
}

/// Two hours are 7 200 chunks: the last one must cost what the first ones did.
TEST_F(ArchivePagesTest, WorkPerChunkDoesNotGrowWithTheRecording) {
  const RecordingId id = add(100);
  const auto steps_of_put = [&](std::int64_t seq) {
    recording::ChunkWriter writer;
    const std::string text = fmt::format("{{\"n\":{:05}}}", seq);
    writer.add(recording::Topic::Events, 0, 1000, as_bytes(text));
    const Bytes bytes = writer.seal();
    const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    const std::int64_t before = steps_;
    EXPECT_TRUE(
        run_alone(archive_.put_chunk(access::Reach::everything(), id, Seq(seq), expected, bytes))
            .has_value());
    EXPECT_TRUE(run_alone(archive_.standing(access::Reach::everything(), id))
                    .has_value());  // as each fold of a chunk asks
    return steps_ - before;
  };
  steps_of_put(0);  // prepares the statements
  const std::int64_t early = steps_of_put(1);
  std::vector<std::int64_t> between(7198);
  std::iota(between.begin(), between.end(), 2);
  put_rows(id, between);
  const std::int64_t late = steps_of_put(7200);
  EXPECT_GT(early, 50);
  EXPECT_LE(late, early + early / 20) << "steps of SQLite's machine, early " << early;
}

TEST_F(ArchivePagesTest, StandingTellsHowARecordingEnded) {
  const RecordingId id = add(100);
  EXPECT_FALSE(run_alone(archive_.standing(access::Reach::everything(), id))->reason.has_value());
  ASSERT_TRUE(
      run_alone(archive_.finish(access::Reach::everything(), id, -1, session::RecordingEnd::Hangup))
          .has_value());
  const auto ended = run_alone(archive_.standing(access::Reach::everything(), id));
  EXPECT_EQ(ended->state, session::RecordingState::Complete);
  EXPECT_EQ(ended->reason, session::RecordingEnd::Hangup);
  ASSERT_TRUE(run_alone(archive_.erase(access::Reach::everything(), id)).has_value());
  EXPECT_EQ(run_alone(archive_.standing(access::Reach::everything(), id)).error().code,
            ErrorCode::Gone);
  EXPECT_EQ(run_alone(archive_.standing(access::Reach::everything(), RecordingId(new_uuid7())))
                .error()
                .code,
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise::archive
