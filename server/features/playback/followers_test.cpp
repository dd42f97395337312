#include "features/playback/followers.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "domain/recording/fold/fold.hpp"
#include "features/playback/playback_test_support.hpp"
#include "features/playback/view_json.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {
namespace {

using std::chrono::steady_clock;

/// Fails reads while it is told to.
class FailingStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  std::atomic<bool> fails = false;
  std::atomic<int> reads = 0;

  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override {
    ++reads;
    if (fails) throw blob::StoreFailed(blob::StoreFailure::Passing, "the bucket is away");
    co_return co_await StoreForTest::read(std::move(key), range, deadline);
  }
};

class FollowersTest : public PlaybackTest {
 protected:
  FollowersTest() {
    end_views();
    archive_.emplace(*database_, store_, pool_, archive::ArchiveOptions{.min_free_bytes = 0});
    archive_->listen(deaf_);
  }
  ~FollowersTest() override { on_executor(followers_.close(Deadline::never())); }

  std::shared_ptr<const recording::View> look(const session::RecordingId& id) {
    std::shared_ptr<const recording::View> seen;
    on_executor(look_into(followers_, id, seen));
    return seen;
  }
  std::size_t turns() {
    const auto seen = look(id_);
    return seen ? seen->turns.size() : 0;
  }
  /// What a fold shows that has the chunks `from` … `last`.
  static std::string waveform_of(std::int64_t from, std::int64_t last) {
    recording::Fold fold({}, nullptr);
    for (std::int64_t seq = from; seq <= last; ++seq) {
      const auto chunk = recording::parse_chunk(chunks().at(static_cast<std::size_t>(seq)));
      fold.add(*chunk, seq);
    }
    return texts_of(fold.view()).waveform;
  }
  std::vector<std::string> kept() {
    std::vector<std::string> ids;
    on_executor(call([&] { ids = followers_.kept(); }));
    return ids;
  }
  void drop_idle() {
    on_executor(call([this] { followers_.drop_idle(); }));
  }
  void forget() {
    on_executor(call([this] { followers_.forget(id_); }));
  }
  void pass(steady_clock::duration time) { passed_ = passed_.load() + time; }

  std::atomic<steady_clock::duration> passed_ = steady_clock::duration(0);
  FailingStore store_{*blobs_};
  Followers followers_{*archive_, folds_, context_.get_executor(),
                       [this] { return steady_clock::time_point() + passed_.load(); }};

 private:
  static Task<void> look_into(Followers& followers, session::RecordingId id,
                              std::shared_ptr<const recording::View>& seen) {
    seen = co_await followers.look(std::move(id));
  }
  static Task<void> call(std::function<void()> work) {
    work();
    co_return;
  }
};

TEST_F(FollowersTest, EachLookShowsAllThatIsStored) {
  EXPECT_EQ(look(id_), nullptr);
  put_chunk(0);
  EXPECT_EQ(texts_of(*look(id_)).waveform, waveform_of(0, 0));
  EXPECT_EQ(turns(), 0U);
  put_chunk(1);
  put_chunk(2);
  EXPECT_EQ(turns(), 1U);
  EXPECT_EQ(texts_of(*look(id_)).waveform, waveform_of(0, 2));
}

TEST_F(FollowersTest, AChunkIsReadOnce) {
  for (const std::int64_t seq : {0, 1, 2}) put_chunk(seq);
  store_.reads = 0;
  EXPECT_EQ(turns(), 1U);
  EXPECT_EQ(turns(), 1U);
  EXPECT_EQ(store_.reads, 3);
}

TEST_F(FollowersTest, AMissingChunkIsWaitedForAndThenLeftOut) {
  put_chunk(0);
  put_chunk(2);
  const auto missing = [this] { return look(id_)->loss.microphone.missing; };
  EXPECT_EQ(missing(), 0) << "chunk 2 waits";
  pass(std::chrono::seconds(10));
  EXPECT_GT(missing(), 0);
  put_chunk(1);
  EXPECT_GT(missing(), 0) << "more may come late";
  pass(std::chrono::seconds(3));
  EXPECT_EQ(texts_of(*look(id_)).waveform, waveform_of(0, 2));
}

TEST_F(FollowersTest, WhileTheStoreIsAwayTheRequestIsAnsweredAndTheNextBeginsAnew) {
  for (const std::int64_t seq : {0, 1, 2}) put_chunk(seq);
  store_.fails = true;
  EXPECT_EQ(look(id_), nullptr);
  EXPECT_THAT(kept(), testing::IsEmpty());
  store_.fails = false;
  EXPECT_EQ(turns(), 1U);
}

TEST_F(FollowersTest, WhatIsForgottenIsNotInMemoryAnyMore) {
  for (const std::int64_t seq : {0, 1, 2}) put_chunk(seq);
  EXPECT_EQ(turns(), 1U);
  EXPECT_THAT(kept(), testing::ElementsAre(id_.value));
  forget();
  EXPECT_THAT(kept(), testing::IsEmpty());
  EXPECT_EQ(followers_.last(id_), nullptr);
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_EQ(look(id_), nullptr);
}

TEST_F(FollowersTest, WhatNobodyAsksForIsDropped) {
  put_chunk(0);
  look(id_);
  pass(std::chrono::seconds(29));
  drop_idle();
  EXPECT_THAT(kept(), testing::ElementsAre(id_.value));
  pass(std::chrono::seconds(1));
  drop_idle();
  EXPECT_THAT(kept(), testing::IsEmpty());
}

TEST_F(FollowersTest, TheOneThatWasNotAskedForLongestMakesRoom) {
  put_chunk(0);
  std::vector<std::string> last;
  for (std::size_t i = 0; i < kFollowersMax; ++i) {
    last.push_back(new_uuid7());
    look(session::RecordingId(last.back()));
    pass(std::chrono::milliseconds(1));
  }
  look(session::RecordingId(last.front()));
  look(id_);
  last.erase(last.begin() + 1);
  last.push_back(id_.value);
  EXPECT_THAT(kept(), testing::UnorderedElementsAreArray(last));
}

}  // namespace
}  // namespace reprise::playback
