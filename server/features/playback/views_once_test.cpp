// What a view costs: how often the bytes of a chunk are read, hashed and parsed.

#include <atomic>

#include "features/playback/playback_test_support.hpp"
#include "features/playback/view_objects.hpp"
#include "platform/blob/store_for_test.hpp"
#include "platform/database/wrapped_for_test.hpp"

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

/// Counts what is written.
class CountedDatabase final : public database::WrappedDatabase {
 public:
  using WrappedDatabase::WrappedDatabase;
  std::atomic<int> writes{0};

 protected:
  Task<void> before_write() override {
    ++writes;
    co_return;
  }
};

enum class Place { Disk, Bucket };
class ViewsWholeTest : public PlaybackTest, public testing::WithParamInterface<Place> {
 protected:
  ViewsWholeTest() {
    end_views();
    archive_.emplace(database_counted_, *blobs_, pool_,
                     archive::ArchiveOptions{.min_free_bytes = 0});
    views_.emplace(*archive_, views_root(), folds_, pool_, context_.get_executor(),
                   std::chrono::steady_clock::now,
                   GetParam() == Place::Bucket ? &objects_ : nullptr);
    archive_->listen(*views_);
  }
  ~ViewsWholeTest() override { end_views(); }
  /// Whether so much was written within some seconds, and no job is left.
  bool is_done_after(int writes) {
    const auto until = Deadline::after(std::chrono::seconds(10));
    while (database_counted_.writes < writes || !run_alone(archive_->jobs().list(1)).empty()) {
      if (until.passed()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }

  CountedDatabase database_counted_{*database_};
  blob::RangeCache cache_{*blobs_, directory_ / "cache", pool_, context_.get_executor(),
                          16 * blob::RangeCache::kBlockBytes};
  ViewObjects objects_{*blobs_, cache_, pool_};
};
INSTANTIATE_TEST_SUITE_P(Places, ViewsWholeTest, testing::Values(Place::Disk, Place::Bucket),
                         [](const auto& tested) {
                           return tested.param == Place::Disk ? std::string("Disk") : "Bucket";
                         });

TEST_P(ViewsWholeTest, AWholeViewIsLookedAtAndStays) {
  put_all_and_finish();
  media_of(1);
  ASSERT_TRUE(is_done_after(0));
  database_counted_.writes = 0;
  views_->on_ended(id_);
  EXPECT_TRUE(is_done_after(2)) << "its job is taken, and done";
  EXPECT_EQ(row()->version, 1);
}

}  // namespace
}  // namespace reprise::playback
