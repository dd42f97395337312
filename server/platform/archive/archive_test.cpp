#include "platform/archive/archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/run_alone.hpp"
#include "domain/recording/chunk.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::archive {
namespace {

namespace fs = std::filesystem;
using session::RecordingEnd;
using session::RecordingState;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

class Heard final : public ArchiveListener {
 public:
  void on_chunk_stored(const RecordingId&, Seq seq,
                       std::shared_ptr<const StoredChunk> chunk) override {
    calls.push_back("chunk " + std::to_string(seq.value));
    EXPECT_EQ(chunk->content.messages.size(), 1U);
  }
  void on_ended(const RecordingId&) override { calls.emplace_back("ended"); }
  Task<void> on_erased(RecordingId) override {
    calls.emplace_back("erased");
    co_return;
  }
  std::vector<std::string> calls;
};

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    std::string name = (fs::temp_directory_path() / "reprise-archive-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    database_ =
        database::open_sqlite({.file = directory_ / "reprise.db"}, database::sqlite_migrations());
    blobs_ = blob::open_local_store(directory_ / "objects", pool_);
    archive_.emplace(*database_, *blobs_, pool_,
                     ArchiveOptions{.min_free_bytes = 0, .now_utc_ns = [this] { return now_; }});
    archive_->listen(heard_);
    run_alone(database_->write([&](database::Transaction& transaction) {
      transaction.run("insert into chat values ($1, 'Chat', 1, 1, 0)", {chat_.value});
      return 0;
    }));
    const auto live_session = run_alone(LiveSessions(*database_, *archive_)
                                            .create({.id = LiveSessionId(new_uuid7()),
                                                     .chat_id = chat_,
                                                     .model = "m",
                                                     .recording_id = id_}));
    EXPECT_TRUE(live_session.has_value());
  }
  ~ArchiveTest() override {
    database_->close();
    pool_.close();
    fs::remove_all(directory_);
  }

  static Bytes chunk(std::string_view text) {
    recording::ChunkWriter writer;
    writer.add(recording::Topic::Events, 0, 1000, as_bytes(text));
    return writer.seal();
  }
  Result<ChunkInfo> put(std::int64_t seq, std::string_view text) {
    Bytes bytes = chunk(text);
    const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    return run_alone(archive_->put_chunk(id_, Seq(seq), expected, std::move(bytes)));
  }
  Result<Recording> finish(std::int64_t last_seq, RecordingEnd reason = RecordingEnd::Hangup) {
    return run_alone(archive_->finish(id_, last_seq, reason));
  }
  Result<Recording> find() { return run_alone(archive_->find(id_)); }
  std::vector<fs::path> objects() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_ / "objects")) {
      if (entry.path().extension() == ".mcap") found.push_back(entry.path());
    }
    return found;
  }
  template <class T>
  static std::string type_of(const Result<T>& result) {
    return result ? "ok" : result.error().type;
  }

  fs::path directory_;
  std::int64_t now_ = 1'000 * kSecond;
  const ChatId chat_{new_uuid7()};
  const RecordingId id_{new_uuid7()};
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::optional<Archive> archive_;
  Heard heard_;
};

TEST_F(ArchiveTest, AChunkIsReadBackAsItCame) {
  const auto stored = put(0, "{}");
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->bytes, static_cast<std::int64_t>(chunk("{}").size()));
  EXPECT_EQ(run_alone(archive_->read_chunk(id_, Seq(0))).value(), chunk("{}"));
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0"));
}

TEST_F(ArchiveTest, ARepeatAnswersTheSameAndOtherBytesAreRefused) {
  ASSERT_TRUE(put(0, "one").has_value());
  const auto again = put(0, "one");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->sha256_hex, hex(sha256(chunk("one"))));
  EXPECT_EQ(type_of(put(0, "two")), "chunk-conflict");
  EXPECT_EQ(find()->chunks_stored, 1);
  EXPECT_EQ(objects().size(), 1U);
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0"));
}

TEST_F(ArchiveTest, WrongDigestsAndHostileBytesLeaveNothing) {
  Bytes bytes = chunk("one");
  ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
  expected.sha256[0] ^= std::byte{1};
  EXPECT_EQ(type_of(run_alone(archive_->put_chunk(id_, Seq(0), expected, bytes))),
            "chunk-digest-mismatch");
  expected = {.sha256 = sha256(bytes), .crc32c = crc32c(bytes) + 1};
  EXPECT_EQ(type_of(run_alone(archive_->put_chunk(id_, Seq(0), expected, bytes))),
            "chunk-digest-mismatch");
  bytes.resize(bytes.size() / 2);
  expected = {.sha256 = sha256(bytes), .crc32c = {}};
  EXPECT_EQ(type_of(run_alone(archive_->put_chunk(id_, Seq(0), expected, bytes))),
            "chunk-malformed");
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(find()->chunks_stored, 0);
}

TEST_F(ArchiveTest, FinishIsIdempotentAndKeepsItsFirstValues) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_EQ(type_of(finish(0)), "chunk-beyond-last");
  EXPECT_EQ(finish(1)->state, RecordingState::Complete);
  EXPECT_EQ(finish(1)->state, RecordingState::Complete);
  EXPECT_EQ(type_of(finish(2)), "already-finished");
  EXPECT_EQ(type_of(finish(1, RecordingEnd::Lost)), "already-finished");
  EXPECT_EQ(type_of(put(2, "2")), "chunk-beyond-last");
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0", "chunk 1", "ended"));
}

TEST_F(ArchiveTest, ARecordingWithoutAnyChunkIsCompleteWhenNothingWasRecorded) {
  EXPECT_EQ(finish(-1)->state, RecordingState::Complete);
  EXPECT_EQ(type_of(put(0, "0")), "chunk-beyond-last");
}

TEST_F(ArchiveTest, ALateChunkHealsTheRecording) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(3, "3").has_value());
  const auto finished = finish(3, RecordingEnd::Crash);
  EXPECT_EQ(finished->state, RecordingState::CompleteWithGaps);
  EXPECT_THAT(finished->missing_seqs, ElementsAre(1, 2));
  ASSERT_TRUE(put(2, "2").has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_EQ(find()->state, RecordingState::Complete);
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
}

TEST_F(ArchiveTest, AQuietRecordingIsAbandonedAndCanStillBeHealed) {
  ASSERT_TRUE(put(0, "0").has_value());
  now_ += 599 * kSecond;
  run_alone(archive_->sweep());
  EXPECT_EQ(find()->state, RecordingState::Recording);
  now_ += 2 * kSecond;
  run_alone(archive_->sweep());
  EXPECT_EQ(find()->state, RecordingState::CompleteWithGaps);
  EXPECT_EQ(find()->reason, RecordingEnd::Abandoned);
  ASSERT_TRUE(put(1, "1").has_value());
  const auto finished = finish(1, RecordingEnd::Crash);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->state, RecordingState::Complete);
  EXPECT_EQ(finished->reason, RecordingEnd::Crash);
}

TEST_F(ArchiveTest, ALiveSessionIsQuietWhileNothingComes) {
  const auto is_quiet = [this] {
    const auto messages = run_alone(LiveSessions(*database_, *archive_).messages(chat_, {}));
    return messages->items.front().live_session.quiet;
  };
  now_ = now_utc_ns() - session::kQuietAfterNs - kSecond;
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_TRUE(is_quiet());
  now_ = now_utc_ns();
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_FALSE(is_quiet());
  now_ -= session::kQuietAfterNs + kSecond;
  ASSERT_TRUE(finish(1).has_value());
  EXPECT_FALSE(is_quiet());
}

TEST_F(ArchiveTest, EraseRemovesEverythingAndWinsOverLateChunks) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(run_alone(archive_->store_view(id_, ViewRow{})));
  ASSERT_TRUE(run_alone(archive_->erase(id_)).has_value());
  ASSERT_TRUE(run_alone(archive_->erase(id_)).has_value());
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(type_of(put(0, "0")), "recording-erased");
  EXPECT_EQ(type_of(put(1, "1")), "recording-erased");
  EXPECT_EQ(type_of(find()), "recording-erased");
  EXPECT_EQ(type_of(run_alone(archive_->find_view(id_))), "recording-erased");
  EXPECT_EQ(type_of(finish(1)), "recording-erased");
  EXPECT_EQ(type_of(run_alone(archive_->chunks(id_))), "recording-erased");
  EXPECT_FALSE(run_alone(archive_->store_view(id_, ViewRow{})));
  EXPECT_THAT(run_alone(archive_->list({})).items, IsEmpty());
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0", "erased"));
}

TEST_F(ArchiveTest, AnUnknownRecordingIsNotFound) {
  const RecordingId other(new_uuid7());
  EXPECT_EQ(run_alone(archive_->find(other)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->find_view(other)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->erase(other)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(run_alone(archive_->finish(other, 0, RecordingEnd::Hangup)).error().code,
            ErrorCode::NotFound);
  EXPECT_EQ(
      run_alone(archive_->put_chunk(other, Seq(0), {.sha256 = {}, .crc32c = {}}, {})).error().code,
      ErrorCode::NotFound);
}

TEST_F(ArchiveTest, ADamagedChunkIsReportedAndHealedByTheSameUpload) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(1, "1").has_value());
  for (const fs::path& object : objects()) {
    if (object.filename().string().starts_with("0000000000")) std::ofstream(object) << "altered";
  }
  EXPECT_FALSE(run_alone(archive_->read_chunk(id_, Seq(0))).has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(0));
  EXPECT_TRUE(run_alone(archive_->read_chunk(id_, Seq(1))).has_value());
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  EXPECT_EQ(run_alone(archive_->read_chunk(id_, Seq(0))).value(), chunk("0"));
}

TEST_F(ArchiveTest, ReconcileFindsObjectsWithoutRowAndRowsWithoutObject) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(1, "1").has_value());
  fs::remove(objects().front());
  std::ofstream(directory_ / "objects/recordings" / id_.value / "0000000007-ab.mcap") << "orphan";
  const auto report = run_alone(archive_->reconcile(now_utc_ns() + kSecond));
  EXPECT_EQ(report.chunks_seen, 2);
  EXPECT_EQ(report.chunks_damaged, 1);
  EXPECT_EQ(report.objects_quarantined, 1);
  EXPECT_EQ(find()->missing_seqs.size(), 1U);
  EXPECT_EQ(objects().size(), 2U);  // one chunk, and the orphan in quarantine
}

TEST_F(ArchiveTest, NoNewRecordingAndNoChunkWhenTheDiskIsNearlyFull) {
  Archive tight(*database_, *blobs_, pool_, ArchiveOptions{.min_free_bytes = UINT64_MAX});
  EXPECT_EQ(type_of(tight.may_begin()), "disk-full");
  Bytes bytes = chunk("0");
  const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = {}};
  EXPECT_EQ(type_of(run_alone(tight.put_chunk(id_, Seq(0), expected, std::move(bytes)))),
            "disk-full");
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ArchiveTest, DeletingAChatErasesItsRecordings) {
  ASSERT_TRUE(put(0, "0").has_value());
  run_alone(database_->write([&](database::Transaction& transaction) {
    archive_->erase_in(transaction, chat_);
    return transaction.run("delete from chat where chat_id = $1", {chat_.value}).changed;
  }));
  EXPECT_EQ(type_of(put(1, "1")), "recording-erased");
  run_alone(archive_->sweep());
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(ArchiveTest, ViewsAreAskedForUntilTheyHaveEveryChunk) {
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  ASSERT_TRUE(finish(1).has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
  EXPECT_EQ(run_alone(archive_->find_view(id_)).value(), std::nullopt);
  const ViewRow stored{.version = 3,
                       .fold_version = 1,
                       .chunk_count = 1,
                       .duration_ns = 5,
                       .first_words = "hi",
                       .media_bytes = 7,
                       .has_video = true,
                       .width = 640,
                       .height = 480};
  ASSERT_TRUE(run_alone(archive_->store_view(id_, stored)));
  EXPECT_EQ(run_alone(archive_->find_view(id_)).value(), stored);
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  EXPECT_THAT(run_alone(archive_->without_view(2)), ElementsAre(id_));
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
  EXPECT_EQ(find()->duration_ns, 5);
  EXPECT_EQ(find()->first_words, "hi");
}

TEST_F(ArchiveTest, TheFirstWordsOfASessionNameAChatThatNobodyNamed) {
  const auto title = [this] {
    return run_alone(database_->read([&](database::Transaction& transaction) {
      return transaction.first("select title from chat where chat_id = $1", {chat_.value})->text(0);
    }));
  };
  const auto set_title = [this](std::string to, std::int64_t untitled) {
    run_alone(database_->write([&](database::Transaction& transaction) {
      transaction.run("update chat set title = $1, untitled = $2", {to, untitled});
    }));
  };
  const auto store = [this](std::string words) {
    return run_alone(archive_->store_view(id_, ViewRow{.first_words = std::move(words)}));
  };
  set_title(session::kUntitled, 1);
  ASSERT_TRUE(store("what is"));
  EXPECT_EQ(title(), session::kUntitled) << "it may be half a sentence while it runs";
  ASSERT_TRUE(finish(-1).has_value());
  ASSERT_TRUE(store(""));
  EXPECT_EQ(title(), session::kUntitled);
  ASSERT_TRUE(store("what is the time"));
  EXPECT_EQ(title(), "What is the time");
  ASSERT_TRUE(store("another"));
  EXPECT_EQ(title(), "What is the time");
  set_title(session::kUntitled, 0);
  ASSERT_TRUE(store("another"));
  EXPECT_EQ(title(), session::kUntitled) << "its owner gave it this very name";
}

}  // namespace
}  // namespace reprise::archive
