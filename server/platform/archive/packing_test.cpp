#include "platform/archive/packing.hpp"

#include <set>

#include "domain/recording/format/pack.hpp"
#include "platform/archive/packing_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(PackingTest, OnePackTakesThePlaceOfAllChunks) {
  record(5);
  run_alone(packer_->work());
  EXPECT_EQ(objects().size(), 5U) << "its time has not come";
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  ASSERT_EQ(packs().size(), 1U);
  expect_readable(5);
  EXPECT_EQ(number("select count(*) from job"), 0);
  EXPECT_EQ(find()->state, RecordingState::Complete);
  const auto report = reconcile();
  EXPECT_EQ(report.chunks_seen, 5);
  EXPECT_EQ(report.chunks_lacking, 0);
  EXPECT_EQ(report.objects_seen, 1);
  EXPECT_EQ(report.objects_unknown, 0);
  EXPECT_EQ(number("select count(*) from job"), 0) << "nothing is left to do";
  // A repeat of an upload whose answer was lost makes nothing new.
  ASSERT_TRUE(put(2, text_of(2)).has_value());
  EXPECT_EQ(type_of(put(2, "other")), "chunk-conflict");
  EXPECT_THAT(objects(), IsEmpty());
}

TEST_F(PackingTest, ThePackIsWhatItsPageSays) {
  record(3);
  pack();
  std::ifstream file(packs().at(0), std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  recording::Pack want;
  std::string behind;
  for (int seq = 0; seq < 3; ++seq) {
    const Bytes one = chunk(text_of(seq));
    want.chunks.push_back({.seq = seq,
                           .bytes = static_cast<std::uint32_t>(one.size()),
                           .crc32c = crc32c(one),
                           .sha256_hex = hex(sha256(one))});
    behind += as_text(one);
  }
  EXPECT_EQ(bytes, std::string(as_text(recording::head_of(want))) + behind);
}

TEST_F(PackingTest, ARunningRecordingAndASingleChunkStayAsTheyAre) {
  ASSERT_TRUE(put(0, text_of(0)).has_value());
  ASSERT_TRUE(put(1, text_of(1)).has_value());
  EXPECT_EQ(run_alone(packer_->find_work()), 0);
  pack();
  EXPECT_EQ(objects().size(), 2U);
  const auto erased = run_alone(archive_->erase(access::Reach::everything(), id_));
  EXPECT_EQ(erased.value(), Erased::Whole);
}

TEST_F(PackingTest, LateChunksGoIntoAPackOfTheirOwn) {
  for (const int seq : {0, 1, 4}) ASSERT_TRUE(put(seq, text_of(seq)).has_value());
  ASSERT_TRUE(finish(4, RecordingEnd::Crash).has_value());
  pack();
  EXPECT_EQ(packs().size(), 1U);
  ASSERT_TRUE(put(2, text_of(2)).has_value());
  pack();
  EXPECT_EQ(objects().size(), 1U) << "one alone gains nothing";
  ASSERT_TRUE(put(3, text_of(3)).has_value());
  EXPECT_EQ(find()->state, RecordingState::Complete);
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(packs().size(), 2U);
  expect_readable(5);
}

TEST_F(PackingTest, KilledAtAnyStepItLosesAndDoublesNothing) {
  constexpr int kChunks = 4;
  record(kChunks);
  int steps = 0;
  for (bool whole = false; !whole; ++steps) {
    ASSERT_LT(steps, 100);
    failing_->calls_left = steps;
    pack();
    whole = failing_->calls_left > 0;
    failing_->calls_left = -1;
    expect_readable(kChunks);
    EXPECT_EQ(reconcile().chunks_lacking, 0);
    EXPECT_THAT(find()->missing_seqs, IsEmpty());
    run_alone(archive_->jobs().retry());
    if (!whole && objects().empty()) {  // it was nearly done: once more from the beginning
      run_alone(database_->write(usual_deadline(), [&](database::Transaction& transaction) {
        for (int seq = 0; seq < kChunks; ++seq) {
          transaction.run("insert into recording_chunk_damage values ($1, $2, 'test', 1)",
                          {id_.value, std::int64_t{seq}});
        }
      }));
      for (int seq = 0; seq < kChunks; ++seq) ASSERT_TRUE(put(seq, text_of(seq)).has_value());
    }
  }
  EXPECT_GT(steps, 10);
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  expect_readable(kChunks);
  EXPECT_EQ(number("select count(*) from recording_pack where state <> 'kept'"), 0);
  EXPECT_EQ(number("select count(*) from recording_chunk where pack_key is null"), 0);
}

TEST_F(PackingTest, APackThatIsReadBackWithAWrongBitIsNotUsed) {
  record(3);
  failing_->altered = -1;
  pack();
  failing_->altered = 0;
  EXPECT_EQ(objects().size(), 3U);
  EXPECT_EQ(number("select count(*) from recording_chunk where pack_key is not null"), 0);
  expect_readable(3);
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(packs().size(), 1U) << "the bad one is gone";
  expect_readable(3);
}

TEST_F(PackingTest, ANodeThatStoodStillCannotPutItsPackInUse) {
  record(3);
  bool once = false;
  // While the first node reads its chunks, another one takes the job over and does it.
  failing_->while_reading = [&](const blob::BlobKey& key) {
    if (!key.value.ends_with(".pack") || std::exchange(once, true)) return;
    std::thread other([&] {
      Archive archive(*database_, *blobs_, pool_,
                      ArchiveOptions{.min_free_bytes = 0,
                                     .pack_after = std::chrono::seconds(60),
                                     .jobs = {.now_utc_ns = [this] { return now_; }},
                                     .now_utc_ns = [this] { return now_; }});
      Packer packer(archive, *database_, *blobs_, pool_);
      run_alone(packer.work());
    });
    other.join();
  };
  pack();
  EXPECT_TRUE(once);
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(packs().size(), 1U) << "one pack, and not that of the first node";
  expect_readable(3);
}

TEST_F(PackingTest, AChunkThatGoesIntoAPackWhileItIsReadIsFoundThere) {
  record(3);
  bool once = false;
  failing_->while_reading = [&](const blob::BlobKey&) {
    if (std::exchange(once, true)) return;
    std::thread([&] { pack(); }).join();
  };
  const auto bytes = run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1)));
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(*bytes, chunk(text_of(1)));
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
}

TEST_F(PackingTest, AWrongBitOnTheWayIsNoDamage) {
  record(3);
  pack();
  failing_->altered = 1;
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).value(),
            chunk(text_of(1)));
  EXPECT_EQ(failing_->altered, 0) << "or this test proves nothing";
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  failing_->altered = -1;
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
}

TEST_F(PackingTest, ADamagedPackIsNotedAndItsChunksHealByUploads) {
  record(3);
  pack();
  alter(packs().at(0));
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).has_value());
  EXPECT_THAT(find()->missing_seqs, ElementsAre(1));
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(2))).has_value());
  for (const int seq : {1, 2}) ASSERT_TRUE(put(seq, text_of(seq)).has_value());
  EXPECT_THAT(find()->missing_seqs, IsEmpty());
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(1))).value(),
            chunk(text_of(1)));
  pack();
  EXPECT_THAT(objects(), IsEmpty()) << "they are packed once more";
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(2))).value(),
            chunk(text_of(2)));
}

TEST_F(PackingTest, AnAbsentPackMakesItsChunksAbsent) {
  record(3);
  pack();
  const fs::path home = packs().at(0);
  fs::rename(home, directory_ / "away.pack");
  EXPECT_TRUE(reconcile().refused.has_value());
  EXPECT_EQ(
      run_alone(archive_->reconcile(Reconcile::Accept, now_utc_ns() + kSecond)).chunks_lacking, 3);
  EXPECT_THAT(find()->missing_seqs, ElementsAre(0, 1, 2));
  fs::rename(directory_ / "away.pack", home);
  EXPECT_EQ(reconcile().chunks_healed, 3);
  expect_readable(3);
}

TEST_F(PackingTest, AnEraseReachesPacksAndWhatAnAttemptHasLeft) {
  record(3);
  pack();
  ASSERT_EQ(packs().size(), 1U);
  std::ofstream(packs().at(0).parent_path() / "left.mcap") << "left";
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), id_)).value(), Erased::Whole);
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_THAT(packs(), IsEmpty());
  EXPECT_EQ(number("select count(*) from recording_pack"), 0);
}

TEST_F(PackingTest, AnEraseWhilePackingGoesOnLeavesNothing) {
  record(3);
  Erased answer = Erased::Whole;
  bool once = false;
  failing_->while_reading = [&](const blob::BlobKey& key) {
    if (!key.value.ends_with(".pack") || std::exchange(once, true)) return;
    std::thread([&] {
      answer = run_alone(archive_->erase(access::Reach::everything(), id_)).value();
    }).join();
  };
  pack();
  EXPECT_TRUE(once);
  EXPECT_EQ(answer, Erased::FilesFollow);
  now_ += 2 * kSecond;
  run_alone(archive_->sweep());
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_THAT(packs(), IsEmpty());
  EXPECT_EQ(number("select count(*) from job"), 0);
}

TEST_F(PackingTest, WhatAKillLeftIsFoundByTheComparison) {
  record(3);
  const fs::path single = objects().at(0);
  fs::copy_file(single, directory_ / "copy");
  pack();
  fs::rename(directory_ / "copy", single);
  EXPECT_EQ(reconcile().objects_unknown, 0) << "a row knows its name";
  EXPECT_TRUE(fs::exists(single));
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  expect_readable(3);
}

TEST_F(PackingTest, WorkOfBeforeIsFound) {
  record(3);
  run_alone(database_->write(usual_deadline(), [](database::Transaction& transaction) {
    transaction.run("delete from job");
  }));
  EXPECT_EQ(run_alone(packer_->find_work()), 1);
  EXPECT_EQ(run_alone(packer_->find_work()), 0) << "it has a job by now";
  pack();
  EXPECT_EQ(packs().size(), 1U);
  EXPECT_EQ(run_alone(packer_->find_work()), 0);
}

TEST_F(PackingTest, AStoppedServerGivesItsWorkBack) {
  record(3);
  packer_->stop();
  pack();
  EXPECT_EQ(objects().size(), 3U);
  Packer next(*archive_, *database_, *failing_, pool_);
  run_alone(next.work());
  EXPECT_THAT(objects(), IsEmpty());
}

}  // namespace
}  // namespace reprise::archive
