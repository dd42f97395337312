#include "features/playback/downloads.hpp"

#include "features/playback/playback_test_support.hpp"

namespace reprise::playback {
namespace {

namespace fs = std::filesystem;

std::vector<archive::ChunkInfo> listing_of(
    std::vector<std::pair<std::int64_t, std::string>> chunks) {
  std::vector<archive::ChunkInfo> listing;
  listing.reserve(chunks.size());
  for (auto& [seq, sha256] : chunks) {
    listing.push_back({.seq = seq, .bytes = 1, .sha256_hex = std::move(sha256)});
  }
  return listing;
}

TEST(DownloadVersionTest, NamesTheChunks) {
  const auto version = download_version(listing_of({{0, "aa"}, {1, "bb"}}));
  EXPECT_EQ(version.size(), 32);
  EXPECT_EQ(version, download_version(listing_of({{0, "aa"}, {1, "bb"}})));
  EXPECT_NE(version, download_version(listing_of({{0, "aa"}})));
  EXPECT_NE(version, download_version(listing_of({{0, "aa"}, {2, "bb"}})));
  EXPECT_NE(version, download_version(listing_of({{0, "aa"}, {1, "cc"}})));
}

/// A database that goes away after some reads.
class AwayDatabase final : public database::Database {
 public:
  AwayDatabase(database::Database& there, int reads) : there_(there), reads_left_(reads) {}
  Task<bool> scrub(Deadline deadline) override { return there_.scrub(deadline); }
  std::optional<std::string> broken() const override { return std::nullopt; }
  void close() override {}

 protected:
  Task<void> run_write(Deadline deadline,
                       std::function<bool(database::Transaction&)> work) override {
    co_await there_.write(deadline, [&](database::Transaction& transaction) { work(transaction); });
  }
  Task<void> run_read(Deadline deadline,
                      std::function<void(database::Transaction&)> work) override {
    if (reads_left_-- <= 0) {
      throw database::DatabaseError(database::Failure::Unavailable, "the database is away");
    }
    co_await there_.write(deadline, [&](database::Transaction& transaction) { work(transaction); });
  }
  bool give_back_spare() override { return false; }

 private:
  database::Database& there_;
  std::atomic<int> reads_left_;
};

class DownloadsTest : public PlaybackTest {
 protected:
  ~DownloadsTest() override { on_executor(downloads_.close(Deadline::after({}))); }
  Result<Downloads::File> get() { return run_alone(downloads_.get(id_)); }

  Downloads downloads_{*archive_, views_root(), pool_, context_.get_executor()};
};

TEST_F(DownloadsTest, OneFileOfAllChunksIsMadeOnce) {
  put_all_and_finish();
  const auto file = get();
  ASSERT_TRUE(file.has_value()) << file.error().client_message;
  EXPECT_EQ(fs::file_size(file->path), file->bytes);
  const auto made = fs::last_write_time(file->path);
  const auto again = get();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->path, file->path);
  EXPECT_EQ(again->bytes, file->bytes);
  EXPECT_EQ(fs::last_write_time(again->path), made);
}

TEST_F(DownloadsTest, ALateChunkMakesAnotherFile) {
  put_chunk(0);
  const auto one = get();
  put_chunk(1);
  const auto two = get();
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->version, two->version);
  EXPECT_LT(one->bytes, two->bytes);
}

TEST_F(DownloadsTest, AStartRemovesWhatAnEarlierOneLeft) {
  put_chunk(0);
  const auto left = get();
  ASSERT_TRUE(left.has_value());
  std::ofstream(left->path.parent_path() / "other") << "stays";
  on_executor(downloads_.tidy());
  EXPECT_FALSE(fs::exists(left->path));
  EXPECT_TRUE(fs::exists(left->path.parent_path() / "other"));
  const auto asked = get();
  on_executor(downloads_.tidy());
  EXPECT_TRUE(fs::exists(asked->path)) << "somebody has just asked for it";
}

TEST_F(DownloadsTest, NothingIsMadeOfWhatIsGone) {
  const auto unknown = run_alone(downloads_.get(session::RecordingId("unknown")));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
  put_all_and_finish();
  media_of(1);
  ASSERT_TRUE(run_alone(archive_->erase(id_)).has_value());
  EXPECT_EQ(get().error().code, ErrorCode::Gone);
}

TEST_F(DownloadsTest, ADatabaseThatGoesAwayLetsNobodyWaitForEver) {
  put_chunk(0);
  AwayDatabase away(*database_, 1);  // the list of chunks is read, nothing after it
  archive::Archive archive(away, *blobs_, pool_, {.min_free_bytes = 0});
  Downloads downloads(archive, views_root(), pool_, context_.get_executor());
  const auto file = run_alone(downloads.get(id_));
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::Unavailable);
  on_executor(downloads.close(Deadline::after({})));
}

TEST_F(DownloadsTest, NothingIsMadeWhileItStops) {
  put_chunk(0);
  on_executor(downloads_.close(Deadline::after({})));
  const auto file = get();
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::Unavailable);
}

}  // namespace
}  // namespace reprise::playback
