// Packs that come back wrong, and chunks that move while somebody reads.

#include <utility>

#include "platform/archive/packing_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::IsEmpty;

TEST_F(PackingTest, EachPartOfAPackIsCompared) {
  record(3);
  const std::pair<const char*, std::function<void(ByteRange, Bytes&)>> changes[] = {
      {"a bit of the head",
       [](ByteRange range, Bytes& bytes) {
         if (range.first == 0) bytes.front() ^= std::byte{1};
       }},
      {"a bit of a chunk",
       [](ByteRange range, Bytes& bytes) {
         if (range.first != 0) bytes.front() ^= std::byte{1};
       }},
      {"a byte too few",
       [](ByteRange range, Bytes& bytes) {
         if (range.first != 0) bytes.pop_back();
       }},
  };
  for (const auto& [name, change] : changes) {
    failing_->change = change;
    pack();
    failing_->change = nullptr;
    EXPECT_EQ(objects().size(), 3U) << name;
    EXPECT_EQ(number("select count(*) from recording_chunk where pack_key is not null"), 0) << name;
    run_alone(archive_->jobs().retry());
  }
  pack();
  EXPECT_THAT(objects(), IsEmpty());
  expect_readable(3);
}

TEST_F(PackingTest, APackThatWasDroppedMeanwhileIsNotPutInUse) {
  record(3);
  bool once = false;
  failing_->while_reading = [&](const blob::BlobKey& key) {
    if (!key.value.ends_with(".pack") || std::exchange(once, true)) return;
    std::thread([&] {
      run_alone(database_->write(usual_deadline(), [](database::Transaction& transaction) {
        transaction.run("update recording_pack set state = 'dropped'");
      }));
    }).join();
  };
  pack();
  EXPECT_TRUE(once);
  EXPECT_EQ(objects().size(), 3U);
  EXPECT_THAT(packs(), IsEmpty());
  expect_readable(3);
}

TEST_F(PackingTest, ItRunsUntilItIsStoppedAndFindsWorkOfBefore) {
  record(3);
  run_alone(database_->write(usual_deadline(), [](database::Transaction& transaction) {
    transaction.run("delete from job");
  }));
  failing_->after_removing = [&] { packer_->stop(); };
  run_alone(packer_->run(std::chrono::seconds(0)));
  EXPECT_THAT(objects(), IsEmpty());
  EXPECT_EQ(number("select count(*) from job"), 0);
}

TEST_F(PackingTest, AChunkThatGoesFromPlaceToPlaceIsLookedForFourTimes) {
  record(1);
  int reads = 0;
  failing_->while_reading = [&](const blob::BlobKey&) {
    ++reads;
    std::thread([&] {
      run_alone(database_->write(usual_deadline(), [&](database::Transaction& transaction) {
        transaction.run("update recording_chunk set blob_key = $1",
                        {fmt::format("recordings/{}/elsewhere-{}", id_.value, reads)});
      }));
    }).join();
  };
  for (const fs::path& one : objects()) fs::remove(one);
  EXPECT_THROW((void)run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))),
               blob::StoreFailed);
  EXPECT_EQ(reads, 4);
}

}  // namespace
}  // namespace reprise::archive
