// What the archive takes and what it refuses, on both sides of each limit.

#include <fmt/format.h>

#include "platform/archive/archive_test_support.hpp"
#include "platform/archive/rows.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;

class ArchiveLimitsTest : public ArchiveTest {
 protected:
  std::string type_of_put(Bytes bytes) {
    const ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = {}};
    const auto stored = run_alone(
        archive_->put_chunk(access::Reach::everything(), id_, Seq(0), expected, std::move(bytes)));
    if (stored) return "ok";
    return stored.error().code == ErrorCode::TooLarge ? "too large" : stored.error().type;
  }
  ErrorCode code_of_cursor(std::string cursor) {
    const auto listing = run_alone(
        archive_->chunks(access::Reach::everything(), id_,
                         {.limit = 1, .after = PageKey{.utc_ns = 0, .id = std::move(cursor)}}));
    return listing ? ErrorCode::Conflict : listing.error().code;
  }
};

/// A store that has no disk, as a bucket.
class Bucket final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  blob::LocalDisk* disk() override { return nullptr; }
};

TEST_F(ArchiveLimitsTest, AChunkHasAtMostItsSize) {
  EXPECT_EQ(type_of_put(Bytes(recording::kChunkBytesMax)), "chunk-malformed");
  EXPECT_EQ(type_of_put(Bytes(recording::kChunkBytesMax + 1)), "too large");
}

TEST_F(ArchiveLimitsTest, ABucketIsNeverFull) {
  Bucket bucket(*blobs_);
  const Archive archive(*database_, bucket, pool_, ArchiveOptions{.min_free_bytes = UINT64_MAX});
  EXPECT_TRUE(archive.may_begin().has_value());
}

TEST_F(ArchiveLimitsTest, ADatabaseThatIsFullTakesNoChunk) {
  run_alone(database_->write(usual_deadline(), [](database::Transaction& transaction) {
    const auto pages = transaction.first("pragma page_count")->integer(0);
    transaction.run(fmt::format("pragma max_page_count = {}", pages));
  }));
  std::string type = "ok";
  for (int seq = 0; type == "ok" && seq < 200; ++seq) type = type_of(put(seq, "more"));
  EXPECT_EQ(type, "disk-full");
}

TEST_F(ArchiveLimitsTest, WhatOvertakesAChunkOnItsWayWins) {
  const Bytes late = chunk("late");
  const ExpectedDigest expected{.sha256 = sha256(late), .crc32c = {}};
  auto wish = run_alone(
      archive_->admit_chunk(access::Reach::everything(), id_, Seq(0), expected, usual_deadline()));
  ASSERT_TRUE(wish.has_value());
  ASSERT_TRUE(put(0, "first").has_value());
  EXPECT_EQ(type_of(run_alone(archive_->put_chunk(*std::move(wish), late, usual_deadline()))),
            "chunk-conflict");
  EXPECT_EQ(objects().size(), 1U) << "its object is gone";
  EXPECT_EQ(run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).value(),
            chunk("first"));
}

TEST_F(ArchiveLimitsTest, ACursorIsOneNumber) {
  EXPECT_EQ(code_of_cursor("7"), ErrorCode::Conflict);  // an answer
  for (const char* cursor : {"", "x", "7x", "99999999999999999999"}) {
    EXPECT_EQ(code_of_cursor(cursor), ErrorCode::Invalid) << cursor;
  }
}

TEST_F(ArchiveLimitsTest, TheSeqsFromAPlaceOnIncludeIt) {
  for (const int seq : {0, 1, 2, 4}) ASSERT_TRUE(put(seq, "x").has_value());
  EXPECT_THAT(run_alone(archive_->seqs_from(id_, 0)), ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(run_alone(archive_->seqs_from(id_, 2)), ElementsAre(2, 4));
}

TEST_F(ArchiveLimitsTest, APackIsNamedByItsLastPart) {
  EXPECT_EQ(id_of_pack("recordings/a/b.pack"), "b");
}

TEST_F(ArchiveLimitsTest, AnEraseWaitsForTheNodeThatFoldsOrPacks) {
  const auto node = [this] {
    return jobs::JobsOptions{.nodes = jobs::Nodes::Several, .now_utc_ns = [this] { return now_; }};
  };
  archive_.emplace(*database_, *blobs_, pool_, ArchiveOptions{.min_free_bytes = 0, .jobs = node()});
  for (const jobs::Kind kind : {jobs::Kind::Fold, jobs::Kind::Pack}) {
    jobs::Jobs other(*database_, node());
    ASSERT_TRUE(run_alone(other.take(kind, id_.value, jobs::Wish::Now)));
    EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), id_)).value(),
              Erased::FilesFollow);
    run_alone(other.done(kind, id_.value));
    EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), id_)).value(), Erased::Whole);
  }
}

/// A listener has most of the time of an erase, and leaves some of it for the database.
TEST_F(ArchiveLimitsTest, WhoUsesFilesHasMostOfTheTimeOfAnErase) {
  // Once in some tries: the machine may be busy.
  std::chrono::nanoseconds most{0};
  for (int i = 0; i < 5 && most <= kEraseWait / 4; ++i) {
    std::chrono::nanoseconds left{0};
    heard_.while_erasing = [&](const RecordingId&, Deadline deadline) {
      left = deadline.at() - std::chrono::steady_clock::now();
    };
    EXPECT_TRUE(run_alone(archive_->erase(access::Reach::everything(), begin())).has_value());
    EXPECT_LT(left, kEraseWait);
    heard_.while_erasing = nullptr;
    most = std::max(most, left);
  }
  EXPECT_GT(most, kEraseWait / 4);
}

}  // namespace
}  // namespace reprise::archive
