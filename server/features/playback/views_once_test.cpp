// What a view costs: how often the bytes of a chunk are read, hashed and parsed.

#include <atomic>

#include "features/playback/playback_test_support.hpp"

namespace reprise::playback {
namespace {

using blob::BlobInfo;
using blob::BlobKey;

/// Counts what is read: a chunk that is not read again is neither hashed nor parsed again.
class CountingStore final : public blob::BlobStore {
 public:
  explicit CountingStore(blob::BlobStore& store) : store_(store) {}
  std::atomic<int> reads{0};

  Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) override {
    return store_.put(std::move(key), std::move(content), deadline);
  }
  Task<Result<Bytes>> read(BlobKey key, ByteRange range, Deadline deadline) override {
    ++reads;
    return store_.read(std::move(key), range, deadline);
  }
  Task<void> remove(std::vector<BlobKey> keys, Deadline deadline) override {
    return store_.remove(std::move(keys), deadline);
  }
  Task<void> remove_all(BlobKey prefix, Deadline deadline) override {
    return store_.remove_all(std::move(prefix), deadline);
  }
  Task<Result<BlobInfo>> put_stream(BlobKey key, blob::BlobSource& source,
                                    Deadline deadline) override {
    return store_.put_stream(std::move(key), source, deadline);
  }
  Task<blob::BlobPage> list(BlobKey prefix, std::string cursor, std::size_t page_max,
                            Deadline deadline) override {
    return store_.list(std::move(prefix), std::move(cursor), page_max, deadline);
  }
  Task<Status> probe(Deadline deadline) override { return store_.probe(deadline); }
  std::optional<std::string> broken() const override { return store_.broken(); }
  blob::LocalDisk* disk() override { return store_.disk(); }

 private:
  blob::BlobStore& store_;
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
