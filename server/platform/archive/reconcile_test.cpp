#include <fmt/format.h>

#include "platform/archive/archive_test_support.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReconcileTest : public ArchiveTest {
 protected:
  ReconcileReport reconcile(Reconcile may = Reconcile::PutAside) {
    return run_alone(archive_->reconcile(may, now_utc_ns() + kSecond));
  }
  void store(int count) {
    for (int seq = 0; seq < count; ++seq) ASSERT_TRUE(put(seq, std::to_string(seq)).has_value());
  }
  fs::path folder() const { return directory_ / "objects/recordings" / id_.value; }
  fs::path object(int seq) {
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (entry.path().filename().string().starts_with(fmt::format("{:010}", seq))) {
        return entry.path();
      }
    }
    return {};
  }
  void add_unknown(int seq) {
    std::ofstream(folder() / fmt::format("{:010}-ab.mcap", seq)) << "unknown";
  }
};

TEST_F(ReconcileTest, RowsWithoutObjectAreNotedAndObjectsWithoutRowPutAside) {
  store(3);
  fs::remove(object(1));
  add_unknown(7);
  const auto report = reconcile();
  EXPECT_EQ(report.chunks_seen, 3);
  EXPECT_EQ(report.chunks_lacking, 1);
  EXPECT_EQ(report.objects_unknown, 1);
  EXPECT_EQ(report.objects_put_aside, 1);
  EXPECT_EQ(report.refused, std::nullopt);
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
  EXPECT_EQ(objects().size(), 3U);  // two chunks, and the unknown one in quarantine
  EXPECT_TRUE(object(7).empty());
}

TEST_F(ReconcileTest, ALookMovesNothingAway) {
  store(3);
  add_unknown(7);
  EXPECT_EQ(reconcile(Reconcile::Look).objects_unknown, 1);
  EXPECT_FALSE(object(7).empty());
}

TEST_F(ReconcileTest, WhatIsRightAgainIsNotDamagedAnyMore) {
  store(5);
  const fs::path away = directory_ / "away.mcap";
  const fs::path home = object(1);
  for (const auto& [name, harm, mend] :
       std::vector<std::tuple<std::string, std::function<void()>, std::function<void()>>>{
           {"absent", [&] { fs::rename(home, away); }, [&] { fs::rename(away, home); }},
           {"cut",
            [&] {
              fs::copy_file(home, away);
              fs::resize_file(home, 1);
            },
            [&] { fs::rename(away, home); }},
           {"a folder",
            [&] {
              fs::rename(home, away);
              fs::create_directory(home);
            },
            [&] {
              fs::remove(home);
              fs::rename(away, home);
            }}}) {
    harm();
    EXPECT_EQ(reconcile().chunks_lacking, 1) << name;
    EXPECT_THAT(find()->missing_seqs, ElementsAre(1)) << name;
    EXPECT_EQ(reconcile().chunks_healed, 0) << name;
    mend();
    EXPECT_EQ(reconcile().chunks_healed, 1) << name;
    EXPECT_THAT(find()->missing_seqs, IsEmpty()) << name;
  }
}

TEST_F(ReconcileTest, TheRightSizeWithOtherBytesDoesNotHeal) {
  store(3);
  const auto size = fs::file_size(object(1));
  std::ofstream(object(1)) << std::string(size, 'x');
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
  EXPECT_EQ(reconcile().chunks_healed, 0);
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
}

TEST_F(ReconcileTest, MostChunksWithoutObjectIsTheWrongDisk) {
  store(4);
  fs::rename(directory_ / "objects/recordings", directory_ / "away");
  const auto report = reconcile();
  EXPECT_EQ(report.chunks_lacking, 4);
  ASSERT_TRUE(report.refused.has_value());
  EXPECT_EQ(archive_->mismatch(), report.refused);
  EXPECT_THROW((void)run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))),
               blob::StoreFailed);
  EXPECT_THROW((void)put(4, "4"), blob::StoreFailed) << "it would be on the wrong disk";
  EXPECT_EQ(archive_->may_begin().error().code, ErrorCode::Unavailable);
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  fs::remove_all(directory_ / "objects/recordings");
  fs::rename(directory_ / "away", directory_ / "objects/recordings");
  EXPECT_EQ(reconcile().refused, std::nullopt);
  EXPECT_EQ(archive_->mismatch(), std::nullopt);
  EXPECT_TRUE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
  EXPECT_TRUE(put(4, "4").has_value());
}

TEST_F(ReconcileTest, ThatItIsTheRightDiskCanBeSaid) {
  store(4);
  fs::remove_all(folder());
  EXPECT_TRUE(reconcile().refused.has_value());
  EXPECT_EQ(reconcile(Reconcile::Accept).refused, std::nullopt);
  EXPECT_THAT(find()->missing_seqs, ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(put(4, "4").has_value());
}

TEST_F(ReconcileTest, MostObjectsWithoutRowIsTheWrongDatabase) {
  store(1);
  for (int seq = 100; seq < 170; ++seq) add_unknown(seq);
  const auto report = reconcile();
  EXPECT_EQ(report.objects_unknown, 70);
  EXPECT_EQ(report.objects_put_aside, 0);
  EXPECT_TRUE(report.refused.has_value());
  EXPECT_EQ(objects().size(), 71U);
}

TEST_F(ReconcileTest, WhatAKillLeavesIsNoMismatch) {
  for (int seq = 100; seq < 110; ++seq) {
    fs::create_directories(folder());
    add_unknown(seq);
  }
  EXPECT_EQ(reconcile().objects_put_aside, 10);
}

TEST_F(ReconcileTest, WhatCannotBeListedIsSkipped) {
  store(3);
  fs::rename(folder(), directory_ / "away");
  std::ofstream(folder()) << "a file where a folder should be";
  EXPECT_EQ(reconcile().skipped, 1);
  EXPECT_EQ(reconcile().chunks_lacking, 0);
  EXPECT_EQ(archive_->mismatch(), std::nullopt);
  fs::remove(folder());
  fs::rename(directory_ / "away", folder());
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
}

TEST_F(ReconcileTest, ARowTakesItsObjectBackFromQuarantine) {
  store(3);
  run_alone(blobs_->disk()->quarantine(
      blob::BlobKey(fs::relative(object(1), directory_ / "objects").generic_string()),
      usual_deadline()));
  EXPECT_TRUE(object(1).empty());
  EXPECT_EQ(reconcile(Reconcile::Look).objects_taken_back, 1);
  EXPECT_TRUE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
}

TEST_F(ReconcileTest, AllOfTheQuarantineCanBeTakenBack) {
  store(3);
  add_unknown(7);
  add_unknown(8);
  EXPECT_EQ(reconcile().objects_put_aside, 2);
  EXPECT_EQ(run_alone(archive_->take_back_all()), 2);
  EXPECT_FALSE(object(7).empty());
}

/// A store whose first list was made before the last objects came.
class LateList final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<blob::BlobPage> list(blob::BlobKey prefix, std::string cursor, std::size_t page_max,
                            Deadline deadline) override {
    auto page =
        co_await StoreForTest::list(std::move(prefix), std::move(cursor), page_max, deadline);
    if (lists_++ < late) page.objects.clear();
    co_return page;
  }
  int late = 0;  ///< how many lists are late

 private:
  int lists_ = 0;
};

TEST_F(ReconcileTest, WhatAFirstListDidNotShowIsLookedForAgain) {
  store(3);
  for (const int late : {1, 2}) {
    LateList blobs(*blobs_);
    blobs.late = late;
    Archive archive(*database_, blobs, pool_, ArchiveOptions{.min_free_bytes = 0});
    const auto report = run_alone(archive.reconcile(Reconcile::Accept, now_utc_ns() + kSecond));
    EXPECT_EQ(report.chunks_seen, 3);
    EXPECT_EQ(report.chunks_lacking, late == 1 ? 0 : 3);
    EXPECT_EQ(find()->missing_seqs.size(), late == 1 ? 0U : 3U);
  }
}

TEST_F(ReconcileTest, BeforeTheFirstComparisonNothingIsGuessed) {
  store(3);
  fs::remove(object(1));
  EXPECT_THROW((void)run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))),
               blob::StoreFailed);
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  reconcile();
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
}

}  // namespace
}  // namespace reprise::archive
