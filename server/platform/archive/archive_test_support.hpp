#pragma once

// An archive on a disk of its own, with one chat and one recording in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/run_alone.hpp"
#include "domain/recording/format/chunk.hpp"
#include "platform/archive/archive.hpp"
#include "platform/archive/live_sessions.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/database/sqlite.hpp"

namespace reprise::archive {

namespace fs = std::filesystem;
using session::RecordingEnd;
using session::RecordingState;

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline const std::string kHash(64, '0');

/// A listener that notes what it hears.
class Heard final : public ArchiveListener {
 public:
  void on_chunk_stored(const RecordingId&, Seq seq,
                       std::shared_ptr<const StoredChunk> chunk) override {
    calls.push_back("chunk " + std::to_string(seq.value));
    EXPECT_EQ(chunk->content.messages.size(), 1U);
  }
  void on_ended(const RecordingId&) override { calls.emplace_back("ended"); }
  Task<bool> on_erased(RecordingId id, Deadline deadline) override {
    {
      const std::lock_guard lock(mutex_);  // several erases run at once, each on its own thread
      calls.emplace_back("erased");
    }
    if (while_erasing) while_erasing(id, deadline);
    if (id == stuck) co_return false;
    if (id == failing) throw std::runtime_error("the folder will not go");
    co_return true;
  }
  std::vector<std::string> calls;
  RecordingId stuck{""};
  RecordingId failing{""};
  std::function<void(const RecordingId&, Deadline)> while_erasing;

 private:
  std::mutex mutex_;
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
                     ArchiveOptions{.min_free_bytes = 0,
                                    .jobs = {.now_utc_ns = [this] { return now_; }},
                                    .now_utc_ns = [this] { return now_; },
                                    .now_steady = [this] { return steady_; }});
    archive_->listen(heard_);
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run(
          "insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values ($1, 'Chat', "
          "1, 1)",
          {chat_.value});
      return 0;
    }));
    begin(id_);
  }
  ~ArchiveTest() override {
    database_->close();
    pool_.close();
    fs::remove_all(directory_);
  }

  /// Begins a recording in the chat; returns its id.
  RecordingId begin(RecordingId id = RecordingId(new_uuid7())) {
    const auto live_session = run_alone(LiveSessions(*database_, *archive_)
                                            .create({.owner = access::local_user(),
                                                     .id = LiveSessionId(new_uuid7()),
                                                     .chat_id = chat_,
                                                     .model = "m",
                                                     .recording_id = id}));
    EXPECT_TRUE(live_session.has_value());
    return id;
  }
  static Bytes chunk(std::string_view text) {
    recording::ChunkWriter writer;
    writer.add(recording::Topic::Events, 0, 1000, as_bytes(text));
    return writer.seal();
  }
  Result<ChunkInfo> put(std::int64_t seq, std::string_view text) {
    Bytes bytes = chunk(text);
    const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    return run_alone(archive_->put_chunk(access::Reach::everything(), id_, Seq(seq), expected,
                                         std::move(bytes)));
  }
  Result<Recording> finish(std::int64_t last_seq, RecordingEnd reason = RecordingEnd::Hangup) {
    return run_alone(archive_->finish(access::Reach::everything(), id_, last_seq, reason));
  }
  Result<Recording> find() { return run_alone(archive_->find(access::Reach::everything(), id_)); }
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
  QuietWatch::Clock::time_point steady_ = QuietWatch::Clock::now();
  const ChatId chat_{new_uuid7()};
  const RecordingId id_{new_uuid7()};
  BlockingPool pool_{"test", 2};
  std::unique_ptr<database::Database> database_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::optional<Archive> archive_;
  Heard heard_;
};

}  // namespace reprise::archive
