// What a view costs: how often the bytes of a chunk are read, hashed and parsed.

#include <atomic>

#include "features/playback/playback_test_support.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {
namespace {

/// Counts what is read: a chunk that is not read again is neither hashed nor parsed again.
class CountingStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  std::atomic<int> reads{0};

  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override {
    ++reads;
    return StoreForTest::read(std::move(key), range, deadline);
  }
};

class ViewsOnceTest : public PlaybackTest {
 protected:
  ViewsOnceTest() {
    end_views();
    archive_.emplace(*database_, store_, pool_, archive::ArchiveOptions{.min_free_bytes = 0});
    begin_views();
  }
  ~ViewsOnceTest() override { end_views(); }

  CountingStore store_{*blobs_};
};

TEST_F(ViewsOnceTest, EachChunkIsHashedAndParsedOnlyWhereItCame) {
  put_all_and_finish();
  EXPECT_EQ(media_of(1).version, 1);
  EXPECT_EQ(store_.reads, 0);
}

TEST_F(ViewsOnceTest, WhatCameBeforeAStartIsReadOnce) {
  end_views();
  put_all_and_finish();
  begin_views();
  on_executor(views_->resume());
  EXPECT_EQ(media_of(1).version, 1);
  EXPECT_EQ(store_.reads, 3);
  on_executor(views_->resume());
  EXPECT_EQ(store_.reads, 3) << "a view that is there is not made again";
}

}  // namespace
}  // namespace reprise::playback
