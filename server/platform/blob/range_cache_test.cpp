#include "platform/blob/range_cache.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>

#include "base/digest.hpp"
#include "base/run_alone.hpp"
#include "base/together.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::blob {
namespace {

namespace fs = std::filesystem;

class RangeCacheTest : public testing::Test {
 protected:
  RangeCacheTest() {
    std::string name = (fs::temp_directory_path() / "reprise-cache-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    store_ = open_local_store(directory_ / "objects", pool_);
    cache_.emplace(*store_, directory_ / "cache", pool_, context_.get_executor(),
                   3 * RangeCache::kBlockBytes);
  }
  ~RangeCacheTest() override {
    pool_.close();
    fs::remove_all(directory_);
  }
  void put(const std::string& key, std::size_t bytes, char letter) {
    const std::string text(bytes, letter);
    const ByteView view = as_bytes(text);
    ASSERT_TRUE(
        run_alone(store_->put(BlobKey(key), Bytes(view.begin(), view.end()), Deadline::never())));
  }
  void remove(const std::string& key) {
    run_alone(store_->remove({BlobKey(key)}, Deadline::never()));
  }
  /// Length and first letter of a block; empty when there is none.
  std::string block(const std::string& key, std::uint64_t number = 0) {
    const auto bytes = run_alone(cache_->block(BlobKey(key), number, Deadline::never()));
    if (!bytes) return "";
    return std::to_string(bytes->size()) + std::string(as_text(*bytes).substr(0, 1));
  }
  /// Runs what is read ahead.
  void run_ahead() {
    context_.restart();
    context_.run();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_ / "cache"), fs::directory_iterator()));
  }

  fs::path directory_;
  boost::asio::io_context context_;  // reads ahead when it runs
  BlockingPool pool_{"test", 2};
  std::unique_ptr<BlobStore> store_;
  std::optional<RangeCache> cache_;
};

TEST_F(RangeCacheTest, BlocksAreReadOnce) {
  put("v/a", RangeCache::kBlockBytes + 5, 'a');
  EXPECT_EQ(block("v/a"), "1048576a");
  EXPECT_EQ(block("v/a", 1), "5a");
  remove("v/a");
  EXPECT_EQ(block("v/a"), "1048576a");
  EXPECT_EQ(block("v/a", 1), "5a");
  EXPECT_EQ(block("v/a", 2), "") << "was never read";
}

TEST_F(RangeCacheTest, TheBlockThatWasNotUsedForLongestGoesFirst) {
  for (const char* key : {"v/a", "v/b", "v/c", "v/d"}) put(key, RangeCache::kBlockBytes, key[2]);
  block("v/a");
  block("v/b");
  block("v/c");
  block("v/a");
  block("v/d");
  EXPECT_EQ(files(), 3U);
  EXPECT_EQ(cache_->bytes(), 3 * RangeCache::kBlockBytes);
  for (const char* key : {"v/a", "v/b", "v/c", "v/d"}) remove(key);
  EXPECT_EQ(block("v/a"), "1048576a");
  EXPECT_EQ(block("v/b"), "");
  EXPECT_EQ(block("v/c"), "1048576c");
}

TEST_F(RangeCacheTest, ABlockThatTheDiskChangedIsReadAgain) {
  put("v/a", 10, 'a');
  block("v/a");
  for (const auto& entry : fs::directory_iterator(directory_ / "cache")) {
    std::ofstream(entry.path(), std::ios::binary) << "bbbbbbbbbb";
  }
  EXPECT_EQ(block("v/a"), "10a");
  EXPECT_EQ(files(), 1U) << "the damaged file is gone";
  EXPECT_EQ(cache_->bytes(), 10U);
}

TEST_F(RangeCacheTest, ADamagedBlockWhoseObjectIsGoneLeavesNoFile) {
  put("v/a", 10, 'a');
  block("v/a");
  for (const auto& entry : fs::directory_iterator(directory_ / "cache")) {
    fs::resize_file(entry.path(), 3);
  }
  remove("v/a");
  EXPECT_EQ(block("v/a"), "");
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(cache_->bytes(), 0U);
}

TEST_F(RangeCacheTest, ADiskThatKeepsNothingDoesNoHarm) {
  put("v/a", 10, 'a');
  fs::remove_all(directory_ / "cache");
  std::ofstream(directory_ / "cache") << "no folder";
  EXPECT_EQ(block("v/a"), "10a");
  EXPECT_EQ(block("v/a"), "10a");
  EXPECT_EQ(cache_->bytes(), 0U);
}

TEST_F(RangeCacheTest, AFolderThatWasCleanedAwayIsMadeAgain) {
  put("v/a", 10, 'a');
  block("v/a");
  fs::remove_all(directory_ / "cache");
  EXPECT_EQ(block("v/a"), "10a");
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(cache_->bytes(), 10U);
}

TEST_F(RangeCacheTest, WhatIsForgottenLeavesNoFile) {
  put("v/a/1", 10, 'a');
  put("v/ab", 10, 'b');
  block("v/a/1");
  block("v/ab");
  run_alone(cache_->forget(BlobKey("v/a")));
  EXPECT_EQ(files(), 1U);
  remove("v/a/1");
  remove("v/ab");
  EXPECT_EQ(block("v/a/1"), "");
  EXPECT_EQ(block("v/ab"), "10b");
  run_alone(cache_->forget(BlobKey("v/ab")));
  EXPECT_EQ(block("v/ab"), "") << "the object itself";
}

/// A store whose next answers have a wrong bit.
class WrongBits final : public StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<Result<Bytes>> read(BlobKey key, ByteRange range, Deadline deadline) override {
    ++reads;
    auto bytes = co_await StoreForTest::read(std::move(key), range, deadline);
    if (wrong-- > 0 && bytes) bytes->back() ^= std::byte{1};
    co_return bytes;
  }
  int wrong = 0;
  int reads = 0;
};

TEST_F(RangeCacheTest, ABlockWithAWrongBitIsReadOnceMoreAndNeverKept) {
  put("v/a", 10, 'a');
  WrongBits bad(*store_);
  RangeCache cache(bad, directory_ / "other", pool_, context_.get_executor(),
                   RangeCache::kBlockBytes);
  const auto read = [&](std::optional<std::uint32_t> wanted) {
    return std::string(
        as_text(run_alone(cache.block(BlobKey("v/a"), 0, Deadline::never(), wanted)).value()));
  };
  const std::string right(10, 'a');
  const std::uint32_t sum = crc32c(as_bytes(right));
  bad.wrong = 2;
  EXPECT_THROW(read(sum), StoreFailed);
  EXPECT_EQ(cache.bytes(), 0U);
  bad.wrong = 1;
  EXPECT_EQ(read(sum), right);
  EXPECT_EQ(bad.reads, 4);
  EXPECT_EQ(read(sum), right);
  EXPECT_EQ(bad.reads, 4) << "it is kept";
  run_alone(cache.forget(BlobKey("v")));
  bad.wrong = 1;
  EXPECT_NE(read(std::nullopt), right) << "without a checksum nobody can tell";
}

TEST_F(RangeCacheTest, ABlockThatWasKeptWithoutAChecksumIsReadAgainWhenItIsWrong) {
  put("v/a", 10, 'a');
  WrongBits bad(*store_);
  RangeCache cache(bad, directory_ / "other", pool_, context_.get_executor(),
                   RangeCache::kBlockBytes);
  bad.wrong = 1;
  const std::string right(10, 'a');
  (void)run_alone(cache.block(BlobKey("v/a"), 0, Deadline::never()));
  const auto again =
      run_alone(cache.block(BlobKey("v/a"), 0, Deadline::never(), crc32c(as_bytes(right))));
  EXPECT_EQ(as_text(again.value()), right);
  EXPECT_EQ(bad.reads, 2);
  EXPECT_EQ(cache.bytes(), 10U);
}

Task<void> read_one(RangeCache& cache, std::size_t& bytes) {
  bytes += (co_await cache.block(BlobKey("v/a"), 0, Deadline::never()))->size();
}

TEST_F(RangeCacheTest, ABlockThatSeveralAskForAtOnceIsReadOnce) {
  put("v/a", 10, 'a');
  WrongBits counting(*store_);
  RangeCache cache(counting, directory_ / "other", pool_, context_.get_executor(),
                   RangeCache::kBlockBytes);
  std::size_t bytes = 0;
  std::vector<Task<void>> reads;
  reads.reserve(3);
  for (int i = 0; i < 3; ++i) reads.push_back(read_one(cache, bytes));
  run_alone(run_together(std::move(reads)));
  EXPECT_EQ(counting.reads, 1);
  EXPECT_EQ(bytes, 30U);
}

TEST_F(RangeCacheTest, WhatIsReadAheadIsKeptThenAndReadOnce) {
  put("v/a", RangeCache::kBlockBytes + 5, 'a');
  WrongBits counting(*store_);
  RangeCache cache(counting, directory_ / "other", pool_, context_.get_executor(),
                   4 * RangeCache::kBlockBytes);
  const BlobKey key("v/a");
  EXPECT_FALSE(cache.keeps(key, 1));
  cache.read_ahead(key, 1);
  run_ahead();
  EXPECT_TRUE(cache.keeps(key, 1));
  EXPECT_FALSE(cache.keeps(key, 0));
  cache.read_ahead(key, 1);
  run_ahead();
  EXPECT_EQ(run_alone(cache.block(key, 1, Deadline::never()))->size(), 5U);
  EXPECT_EQ(counting.reads, 1);
  counting.wrong = 2;
  cache.read_ahead(key, 0, 7);
  run_ahead();
  EXPECT_EQ(run_alone(cache.block(key, 0, Deadline::never()))->size(), RangeCache::kBlockBytes)
      << "a failure is nothing to who asks later";
}

TEST_F(RangeCacheTest, NoMoreThanTheLimitAreReadAheadAndNoneOnceItIsClosed) {
  WrongBits counting(*store_);
  RangeCache cache(counting, directory_ / "other", pool_, context_.get_executor(),
                   RangeCache::kBlockBytes);
  for (std::uint64_t n = 0; n < 2 * RangeCache::kAheadMax; ++n) cache.read_ahead(BlobKey("v/a"), n);
  run_ahead();
  EXPECT_EQ(counting.reads, RangeCache::kAheadMax);
  cache.read_ahead(BlobKey("v/a"), 0);
  boost::asio::co_spawn(context_, cache.close(Deadline::never()), boost::asio::use_future);
  run_ahead();
  EXPECT_EQ(counting.reads, RangeCache::kAheadMax + 1);
  cache.read_ahead(BlobKey("v/a"), 1);
  run_ahead();
  EXPECT_EQ(counting.reads, RangeCache::kAheadMax + 1);
}

TEST_F(RangeCacheTest, AStartKeepsNothingOfTheProcessBefore) {
  put("v/a", 10, 'a');
  block("v/a");
  cache_.reset();
  cache_.emplace(*store_, directory_ / "cache", pool_, context_.get_executor(),
                 RangeCache::kBlockBytes);
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace reprise::blob
