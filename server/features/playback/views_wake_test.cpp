// What comes while a fold that failed is still being cleaned up must not wait for the next pass
// over all recordings.

#include <future>

#include "features/playback/playback_test_support.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {
namespace {

/// Fails one read, and says when.
class FailingStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  std::promise<void> failed;

  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override {
    if (!std::exchange(failing_, false)) {
      co_return co_await StoreForTest::read(std::move(key), range, deadline);
    }
    failed.set_value();
    throw std::runtime_error("the disk fails once");
  }

 private:
  bool failing_ = true;
};

class ViewsWakeTest : public PlaybackTest {
 protected:
  ViewsWakeTest() {
    end_views();
    archive_.emplace(*database_, store_, pool_, archive::ArchiveOptions{.min_free_bytes = 0});
    archive_->listen(deaf_);
  }
  ~ViewsWakeTest() override {
    end_views();
    reads_.close();
  }
  /// Starts a fold that fails, and holds up its clean-up until `let_clean_up`.
  void fail_a_fold() {
    reads_.post([may_go = may_clean_up_.get_future().share()] { may_go.wait(); });
    views_.emplace(*archive_, views_root(), folds_, reads_, context_.get_executor());
    archive_->listen(*views_);
    views_->on_ended(id_);
    store_.failed.get_future().wait();
    settle();
  }
  /// Returns once the thread of the views has nothing more to do.
  void settle() { on_executor(nothing()); }
  void let_clean_up() { may_clean_up_.set_value(); }

  FailingStore store_{*blobs_};
  BlockingPool reads_{"reads", 1};
  std::promise<void> may_clean_up_;

 private:
  static Task<void> nothing() { co_return; }
};

TEST_F(ViewsWakeTest, ARecordingThatEndsThenGetsItsView) {
  for (std::int64_t seq = 0; seq < 3; ++seq) put_chunk(seq);
  fail_a_fold();
  ASSERT_TRUE(finish(2).has_value());
  settle();
  let_clean_up();
  EXPECT_EQ(version_in_time(1), 1);
}

TEST_F(ViewsWakeTest, AChunkThatComesThenIsFolded) {
  for (std::int64_t seq = 0; seq < 2; ++seq) put_chunk(seq);
  ASSERT_TRUE(finish(2).has_value());
  fail_a_fold();
  put_chunk(2);
  settle();
  let_clean_up();
  ASSERT_EQ(version_in_time(1), 1);
  EXPECT_EQ(row()->chunk_count, 3);
}

TEST_F(ViewsWakeTest, SomebodyWhoAsksThenGetsAView) {
  put_all_and_finish();
  fail_a_fold();
  const auto asked = media();
  EXPECT_TRUE(asked.has_value() && !*asked);
  settle();
  let_clean_up();
  EXPECT_EQ(version_in_time(1), 1);
}

TEST_F(ViewsWakeTest, AnEraseWaitsForTheCleanUpUntilItsDeadline) {
  put_all_and_finish();
  fail_a_fold();
  const auto erased_within = [this](std::chrono::milliseconds wait) {
    return run_alone(views_->on_erased(id_, Deadline::after(wait)));
  };
  EXPECT_FALSE(erased_within(std::chrono::milliseconds(20)));
  let_clean_up();
  EXPECT_TRUE(erased_within(std::chrono::seconds(20)));
}

TEST_F(ViewsWakeTest, SomebodyWhoAsksWhileAJobIsNotYetDueGetsAView) {
  put_all_and_finish();
  fail_a_fold();
  let_clean_up();
  const auto until = Deadline::after(std::chrono::seconds(10));
  const auto is_put_off = [this] {
    const auto jobs = run_alone(archive_->jobs().list(1));
    return !jobs.empty() && jobs[0].standing == jobs::Standing::Waiting;
  };
  while (!is_put_off() && !until.passed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  settle();
  // The next pass over all recordings comes before the job's time, and its clean-up is held up.
  std::promise<void> may_end;
  reads_.post([may_go = may_end.get_future().share()] { may_go.wait(); });
  auto pass = boost::asio::co_spawn(context_, views_->resume(), boost::asio::use_future);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  views_->on_ended(id_);
  settle();
  may_end.set_value();
  EXPECT_EQ(version_in_time(1), 1);
  pass.wait();
}

}  // namespace
}  // namespace reprise::playback
