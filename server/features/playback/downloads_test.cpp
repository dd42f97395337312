#include "features/playback/downloads.hpp"

#include "features/playback/playback_test_support.hpp"
#include "platform/database/wrapped_for_test.hpp"

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
class AwayDatabase final : public database::WrappedDatabase {
 public:
  AwayDatabase(database::Database& there, int reads) : WrappedDatabase(there), reads_left_(reads) {}

 protected:
  void before_read() override {
    if (reads_left_-- <= 0) {
      throw database::DatabaseError(database::Failure::Unavailable, "the database is away");
    }
  }

 private:
  std::atomic<int> reads_left_;
};

class DownloadsTest : public PlaybackTest {
 protected:
  ~DownloadsTest() override { on_executor(downloads_.close(Deadline::after({}))); }
  Result<Downloads::File> get() {
    return run_alone(downloads_.get(access::Reach::everything(), id_));
  }

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
  Downloads earlier(*archive_, views_root(), pool_, context_.get_executor());
  const auto left = run_alone(earlier.get(access::Reach::everything(), id_));
  on_executor(earlier.close(Deadline::after({})));
  ASSERT_TRUE(left.has_value());
  std::ofstream(left->path.parent_path() / "other") << "stays";
  on_executor(downloads_.tidy());
  EXPECT_FALSE(fs::exists(left->path));
  EXPECT_TRUE(fs::exists(left->path.parent_path() / "other"));
  const auto asked = get();
  on_executor(downloads_.tidy());
  EXPECT_TRUE(fs::exists(asked->path)) << "somebody has just asked for it";
}

/// A download whose steps the test makes one by one.
class SteppedDownload {
 public:
  SteppedDownload(archive::Archive& archive, const fs::path& root, SteadyNow now)
      : downloads_(archive, root, reads_, context_.get_executor(), std::move(now)) {}
  ~SteppedDownload() {
    try {
      run_all(downloads_.close(Deadline::after({})));
    } catch (...) {
      ADD_FAILURE() << "it did not close";
    }
    reads_.close();
  }
  template <class T>
  T run_all(Task<T> task) {
    auto done = boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
    context_.restart();
    context_.run();
    return done.get();
  }
  void tidy() { run_all(downloads_.tidy()); }
  /// Asks for the file, and tidies after `steps` steps of that. Empty: it took fewer steps.
  std::optional<Result<Downloads::File>> get_and_tidy(session::RecordingId id, int steps) {
    context_.restart();
    auto got =
        boost::asio::co_spawn(context_, downloads_.get(access::Reach::everything(), std::move(id)),
                              boost::asio::use_future);
    for (int i = 0; i < steps; ++i) {
      if (context_.run_one() == 0) return std::nullopt;
    }
    tidy();
    return got.get();
  }

 private:
  boost::asio::io_context& context_ = context_to_run_alone();
  BlockingPool reads_{"reads", 1};
  Downloads downloads_;
};

TEST_F(DownloadsTest, TidyingRemovesNothingThatSomebodyWasJustToldOf) {
  put_all_and_finish();
  int rounds = 0;
  for (const bool is_first : {true, false}) {
    for (int steps = 0; steps < 1'000; ++steps) {
      std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
      SteppedDownload download(*archive_, views_root(), [&now] { return now; });
      if (!is_first) download.tidy();
      ASSERT_TRUE(get().has_value()) << "the file that an earlier process left";
      if (!is_first) {
        ASSERT_TRUE((*download.get_and_tidy(id_, 0)).has_value());
        now += 2 * Downloads::kKept;
      }
      const auto file = download.get_and_tidy(id_, steps);
      if (!file) break;
      ++rounds;
      ASSERT_TRUE(file->has_value()) << (*file).error().client_message << " after " << steps;
      EXPECT_TRUE(fs::exists((*file)->path)) << "tidied after " << steps << " steps";
    }
  }
  EXPECT_GT(rounds, 6);
}

TEST_F(DownloadsTest, AFileThatNobodyAsksForGoesAfterAWhile) {
  put_all_and_finish();
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  fs::create_directories(directory_ / "downloads");
  SteppedDownload download(*archive_, directory_ / "downloads", [&now] { return now; });
  const auto file = download.get_and_tidy(id_, 0);
  ASSERT_TRUE(file && file->has_value());
  const fs::path path = (*file)->path;
  now += Downloads::kKept - std::chrono::nanoseconds(1);
  download.tidy();
  EXPECT_TRUE(fs::exists(path));
  now += std::chrono::nanoseconds(1);
  download.tidy();
  EXPECT_FALSE(fs::exists(path.parent_path()));
}

TEST_F(DownloadsTest, OnlyTheFirstTidyingRemovesWhatNobodyAskedFor) {
  put_chunk(0);
  on_executor(downloads_.tidy());
  Downloads other(*archive_, views_root(), pool_, context_.get_executor());
  const auto made = run_alone(other.get(access::Reach::everything(), id_));
  on_executor(other.close(Deadline::after({})));
  on_executor(downloads_.tidy());
  EXPECT_TRUE(fs::exists(made->path));
}

TEST_F(DownloadsTest, AFileBeginsAndEndsAsMcap) {
  put_all_and_finish();
  const auto file = get();
  std::ifstream stream(file->path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  constexpr std::string_view kMagic = "\x89MCAP0\r\n";
  EXPECT_TRUE(bytes.starts_with(kMagic));
  EXPECT_TRUE(bytes.ends_with(kMagic));
  EXPECT_EQ(bytes.find(kMagic, 1), bytes.size() - kMagic.size());
}

TEST_F(DownloadsTest, NothingIsMadeOfWhatIsGone) {
  const auto unknown =
      run_alone(downloads_.get(access::Reach::everything(), session::RecordingId("unknown")));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
  put_all_and_finish();
  media_of(1);
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_EQ(get().error().code, ErrorCode::Gone);
}

TEST_F(DownloadsTest, ADatabaseThatGoesAwayLetsNobodyWaitForEver) {
  put_chunk(0);
  AwayDatabase away(*database_, 1);  // the list of chunks is read, nothing after it
  archive::Archive archive(away, *blobs_, pool_, {.min_free_bytes = 0});
  Downloads downloads(archive, views_root(), pool_, context_.get_executor());
  const auto file = run_alone(downloads.get(access::Reach::everything(), id_));
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
