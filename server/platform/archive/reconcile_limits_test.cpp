// The comparison on both sides of each limit, and of a bucket.

#include <fmt/format.h>

#include "platform/archive/archive_test_support.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A disk or a bucket, whose lists may fail.
class Watched final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<blob::BlobPage> list(blob::BlobKey prefix, std::string cursor, std::size_t page_max,
                            Deadline deadline) override {
    if (while_listing) while_listing();
    if (fails) throw blob::StoreFailed(blob::StoreFailure::Passing, "no list");
    auto page = co_await StoreForTest::list(prefix, std::move(cursor), page_max, deadline);
    if (after_listing) after_listing(prefix);
    co_return page;
  }
  Task<void> remove_all(blob::BlobKey prefix, Deadline deadline) override {
    ++removes;
    co_await StoreForTest::remove_all(std::move(prefix), deadline);
  }
  blob::LocalDisk* disk() override { return bucket ? nullptr : StoreForTest::disk(); }
  bool bucket = false;
  bool fails = false;
  int removes = 0;
  std::function<void()> while_listing;
  std::function<void(const blob::BlobKey&)> after_listing;
};

class ReconcileLimitsTest : public ArchiveTest {
 protected:
  ReconcileLimitsTest() {
    archive_.emplace(*database_, watched_, pool_,
                     ArchiveOptions{.min_free_bytes = 0,
                                    .jobs = {.now_utc_ns = [this] { return now_; }},
                                    .now_utc_ns = [this] { return now_; }});
    archive_->listen(heard_);
  }
  ReconcileReport reconcile(Reconcile may = Reconcile::PutAside) {
    return reconcile_before(now_utc_ns() + kSecond, may);
  }
  ReconcileReport reconcile_before(std::int64_t before_utc_ns, Reconcile may = Reconcile::Look) {
    return run_alone(archive_->reconcile(may, before_utc_ns));
  }
  void store(int count) {
    for (int seq = 0; seq < count; ++seq) ASSERT_TRUE(put(seq, std::to_string(seq)).has_value());
  }
  fs::path folder() const { return directory_ / "objects/recordings" / id_.value; }
  fs::path object(int seq) {
    for (const fs::path& one : objects()) {
      if (one.filename().string().starts_with(fmt::format("{:010}", seq))) return one;
    }
    return {};
  }
  void add_unknown(int first, int count) {
    fs::create_directories(folder());
    for (int seq = first; seq < first + count; ++seq) {
      std::ofstream(folder() / fmt::format("{:010}-ab.mcap", seq)) << "unknown";
    }
  }

  Watched watched_{*blobs_};
};

TEST_F(ReconcileLimitsTest, HalfOfTheChunksMayBeAbsent) {
  store(4);
  fs::remove(object(0));
  fs::remove(object(1));
  EXPECT_EQ(reconcile(Reconcile::Look).refused, std::nullopt);
  fs::remove(object(2));
  EXPECT_TRUE(reconcile(Reconcile::Look).refused.has_value());
}

TEST_F(ReconcileLimitsTest, AChunkThatAnotherNodeStoresBetweenTheTwoReadsIsNotAbsent) {
  store(3);
  watched_.bucket = true;
  int lists = 0;
  watched_.after_listing = [&](const blob::BlobKey& prefix) {
    if (prefix.value != "recordings/" + id_.value || ++lists > 1) return;
    // By a node whose clock is behind: its row is dated before the comparison.
    std::thread([this] { EXPECT_TRUE(put(3, "3").has_value()); }).join();
  };
  const auto report = reconcile_before(now_ + kSecond);
  EXPECT_EQ(lists, 2);
  EXPECT_EQ(report.chunks_seen, 4);
  EXPECT_EQ(report.chunks_lacking, 0);
  const auto listing =
      run_alone(archive_->chunks(access::Reach::everything(), id_, PageWish{.limit = 10}));
  EXPECT_EQ(std::ssize(listing->chunks.items), 4);
}

TEST_F(ReconcileLimitsTest, AChunkWhoseObjectIsStillAbsentAtTheSecondLookIsDamaged) {
  store(3);
  watched_.bucket = true;
  fs::remove(object(1));
  int lists = 0;
  watched_.after_listing = [&](const blob::BlobKey& prefix) {
    lists += static_cast<int>(prefix.value == "recordings/" + id_.value);
  };
  EXPECT_EQ(reconcile_before(now_ + kSecond).chunks_lacking, 1);
  EXPECT_EQ(lists, 2);
}

TEST_F(ReconcileLimitsTest, SixtyFourObjectsMayBeUnknown) {
  add_unknown(1000, 64);
  EXPECT_EQ(reconcile(Reconcile::Look).refused, std::nullopt);
  add_unknown(1064, 1);
  EXPECT_TRUE(reconcile(Reconcile::Look).refused.has_value());
}

TEST_F(ReconcileLimitsTest, HalfOfTheObjectsMayBeUnknown) {
  store(65);
  add_unknown(1000, 65);
  EXPECT_EQ(reconcile(Reconcile::Look).refused, std::nullopt);
  add_unknown(1065, 1);
  EXPECT_TRUE(reconcile(Reconcile::Look).refused.has_value());
}

TEST_F(ReconcileLimitsTest, AMismatchNamesTheDiskOrTheBucket) {
  store(1);
  fs::remove(object(0));
  EXPECT_THAT(*reconcile().refused, HasSubstr("the right disk mounted"));
  watched_.bucket = true;
  EXPECT_THAT(*reconcile().refused, HasSubstr("REPRISE_BLOB_STORE"));
}

TEST_F(ReconcileLimitsTest, WhatCameLatelyIsLeftAlone) {
  store(2);
  fs::remove(object(1));
  EXPECT_EQ(reconcile_before(now_).chunks_lacking, 0);
  EXPECT_EQ(reconcile_before(now_ + 1).chunks_lacking, 1);
  add_unknown(7, 1);
  const auto page =
      run_alone(blobs_->list(blob::BlobKey("recordings/" + id_.value), "", 10, usual_deadline()));
  const std::int64_t modified = page.objects.back().modified_utc_ns;
  EXPECT_EQ(reconcile_before(modified).objects_unknown, 0);
  EXPECT_EQ(reconcile_before(modified + 1).objects_unknown, 1);
}

TEST_F(ReconcileLimitsTest, ADamagedChunkThatIsTakenBackHealsAtOnce) {
  store(3);
  const fs::path home = object(1);
  fs::rename(home, directory_ / "away");
  EXPECT_EQ(reconcile().chunks_lacking, 1);
  fs::rename(directory_ / "away", home);
  const std::string key = fs::relative(home, directory_ / "objects").generic_string();
  run_alone(blobs_->disk()->quarantine(blob::BlobKey(key), usual_deadline()));
  const auto report = reconcile();
  EXPECT_EQ(report.objects_taken_back, 1);
  EXPECT_EQ(report.chunks_healed, 1);
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
}

TEST_F(ReconcileLimitsTest, OnlyOneComparisonRunsAtATime) {
  store(1);
  std::optional<std::string> refused;
  watched_.while_listing = [&] { std::thread([&] { refused = reconcile().refused; }).join(); };
  EXPECT_EQ(reconcile().refused, std::nullopt);
  EXPECT_EQ(refused, "Another comparison is under way.");
  watched_.while_listing = nullptr;
  EXPECT_EQ(reconcile().refused, std::nullopt);
}

TEST_F(ReconcileLimitsTest, AnAbsentObjectIsDamageOnceTheStoreCouldBeSeen) {
  const auto lose = [this](int seq) {
    ASSERT_TRUE(put(seq, "lost").has_value());
    fs::remove(object(seq));
  };
  watched_.fails = true;
  lose(0);
  EXPECT_GT(reconcile().skipped, 0);
  EXPECT_THROW((void)run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))),
               blob::StoreFailed);
  watched_.fails = false;
  ASSERT_TRUE(put(0, "lost").has_value());  // its row is there, so this stores nothing
  ASSERT_TRUE(put(1, "here").has_value());
  EXPECT_EQ(reconcile().skipped, 0);
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).has_value());
}

TEST_F(ReconcileLimitsTest, AnEmptyStoreThatCouldBeSeenIsEnough) {
  EXPECT_EQ(reconcile().chunks_seen, 0);
  ASSERT_TRUE(put(0, "0").has_value());
  fs::remove(object(0));
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(0));
}

TEST_F(ReconcileLimitsTest, ABucketKeepsWhatItDoesNotKnowAndTakesNothingBack) {
  watched_.bucket = true;
  store(3);
  fs::remove(object(1));
  add_unknown(7, 1);
  const auto report = reconcile();
  EXPECT_EQ(report.chunks_lacking, 1);
  EXPECT_EQ(report.objects_unknown, 1);
  EXPECT_EQ(report.objects_put_aside, 0);
  EXPECT_EQ(report.objects_taken_back, 0);
  EXPECT_FALSE(object(7).empty());
  EXPECT_EQ(run_alone(archive_->take_back_all()), 0);
}

TEST_F(ReconcileLimitsTest, ViewsOfErasedRecordingsLeaveTheBucket) {
  const RecordingId running = begin();
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), id_)).value(), Erased::Whole);
  for (const RecordingId& id : {id_, running}) {
    const blob::BlobKey key("views/" + id.value + "/1/a.json");
    ASSERT_TRUE(run_alone(blobs_->put(key, Bytes(1), usual_deadline())).has_value());
  }
  heard_.calls.clear();
  reconcile();
  EXPECT_THAT(heard_.calls, IsEmpty()) << "a disk has its folders for that";
  watched_.bucket = true;
  reconcile();
  EXPECT_THAT(heard_.calls, ElementsAre("erased"));
  Archive without_listener(*database_, watched_, pool_, ArchiveOptions{.min_free_bytes = 0});
  EXPECT_EQ(run_alone(without_listener.reconcile(Reconcile::Look, now_)).skipped, 0);
}

TEST_F(ReconcileLimitsTest, AnErasedRecordingIsLookedAtOnlyWhereItHasObjects) {
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), id_)).value(), Erased::Whole);
  watched_.removes = 0;
  reconcile();
  EXPECT_EQ(watched_.removes, 0);
  add_unknown(7, 1);
  reconcile();
  EXPECT_EQ(watched_.removes, 1);
  EXPECT_THAT(objects(), IsEmpty());
}

}  // namespace
}  // namespace reprise::archive
