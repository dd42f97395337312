#include "platform/gcs/bucket_store.hpp"

#include <gmock/gmock.h>

#include "platform/blob/blob_contract.hpp"
#include "platform/gcs/fake_bucket_for_test.hpp"

namespace reprise::gcs {
namespace {

using namespace std::chrono_literals;
using blob::BlobKey;
using blob::StoreFailed;
using testing::HasSubstr;

class NoTokens final : public TokenSource {
 public:
  Task<Result<std::string>> token(Deadline) override { co_return ""; }
  void refuse(const std::string&) override {}
};

Task<Result<std::string>> as_task(std::string text) { co_return text; }
/// The installation has a bucket already.
Task<Result<std::string>> not_free(bool free) {
  if (free) co_return fail(ErrorCode::Conflict, "its objects lie elsewhere");
  co_return "installation-a";
}
Task<void> count(int& notes) {
  ++notes;
  co_return;
}

/// A bucket in memory as the store of the installation `id`.
class InMemory {
 public:
  explicit InMemory(std::string id = "installation-a") : id_(std::move(id)) {}
  blob::BlobStore& store() { return store_; }
  BucketStore& bucket_store() { return store_; }
  FakeBucket& bucket() { return bucket_; }

 private:
  const std::string id_;
  FakeBucket bucket_;
  NoTokens tokens_;
  Objects objects_{*read_address("gs://bucket/own/place?endpoint=http://localhost:1"),
                   bucket_.send(), tokens_};
  BucketStore store_{objects_, [this](bool) { return as_task(id_); }};
};

}  // namespace
}  // namespace reprise::gcs

namespace reprise::blob {
INSTANTIATE_TYPED_TEST_SUITE_P(Bucket, BlobContractTest, gcs::InMemory);
}

namespace reprise::gcs {
namespace {

TEST(BucketStoreTest, TheFirstUseMakesTheBucketOurs) {
  InMemory ours;
  EXPECT_EQ(run_alone(ours.bucket_store().owner(Deadline::after(1s))).value(), "");
  ASSERT_TRUE(run_alone(ours.store().put(BlobKey("a"), Bytes(1), Deadline::after(1s))));
  EXPECT_EQ(ours.bucket().objects.at("own/place/installation").content, "installation-a");
  EXPECT_EQ(run_alone(ours.bucket_store().owner(Deadline::after(1s))).value(), "installation-a");
}

TEST(BucketStoreTest, EveryCallIsMadeForTheTraceOfItsDeadline) {
  InMemory ours;
  ASSERT_TRUE(run_alone(ours.store().put(BlobKey("a"), Bytes(1), Deadline::after(1s))));
  EXPECT_EQ(ours.bucket().traced, 0);
  const int before = ours.bucket().asked;
  const Deadline traced = Deadline::after(5s).for_trace(CallTrace{});
  ASSERT_TRUE(run_alone(ours.store().put(BlobKey("b"), Bytes(1), traced)));
  ASSERT_TRUE(run_alone(ours.store().read(BlobKey("b"), ByteRange{}, traced)));
  run_alone(ours.store().list(BlobKey("none"), "", 1, traced));
  run_alone(ours.store().remove({BlobKey("b")}, traced));
  EXPECT_GE(ours.bucket().traced, 4);
  EXPECT_EQ(ours.bucket().traced, ours.bucket().asked - before);
}

TEST(BucketStoreTest, WhoseObjectsLieElsewhereTakesNoFreeBucketAndIsNotAskedForItsOwn) {
  FakeBucket bucket;
  NoTokens tokens;
  Objects objects(*read_address("gs://bucket?endpoint=http://localhost:1"), bucket.send(), tokens);
  int notes = 0;
  BucketStore refused(objects, not_free, [&notes] { return count(notes); });
  EXPECT_THROW((void)run_alone(refused.put(BlobKey("a"), Bytes(1), Deadline::after(1s))),
               StoreFailed);
  EXPECT_EQ(refused.broken(), "its objects lie elsewhere");
  EXPECT_TRUE(bucket.objects.empty());
  EXPECT_EQ(notes, 0);
  bucket.objects["installation"] = {.content = "installation-a", .generation = 1};
  BucketStore ours(objects, not_free, [&notes] { return count(notes); });
  EXPECT_TRUE(run_alone(ours.put(BlobKey("a"), Bytes(1), Deadline::after(1s))));
  EXPECT_TRUE(run_alone(ours.put(BlobKey("b"), Bytes(1), Deadline::after(1s))));
  EXPECT_EQ(notes, 1);
}

Task<Result<std::string>> not_known(bool) {
  throw std::runtime_error("the database is away");
  co_return "";
}

TEST(BucketStoreTest, WhoseIdCannotBeKnownHasAStoreThatFailsForNow) {
  FakeBucket bucket;
  NoTokens tokens;
  Objects objects(*read_address("gs://bucket?endpoint=http://localhost:1"), bucket.send(), tokens);
  BucketStore store(objects, not_known);
  EXPECT_THROW((void)run_alone(store.probe(Deadline::after(1s))), StoreFailed);
  EXPECT_THROW((void)run_alone(store.put(BlobKey("a"), Bytes(1), Deadline::after(1s))),
               StoreFailed);
  EXPECT_EQ(store.broken(), std::nullopt);
  EXPECT_TRUE(bucket.objects.empty());
}

TEST(BucketStoreTest, ABucketOfAnotherInstallationIsRefusedAndStaysAsItIs) {
  InMemory ours;
  ours.bucket().objects["own/place/installation"] = {.content = "somebody", .generation = 1};
  const auto claimed = run_alone(ours.bucket_store().claim(Deadline::after(1s)));
  ASSERT_FALSE(claimed.has_value());
  EXPECT_EQ(claimed.error().code, ErrorCode::Conflict);
  EXPECT_THAT(claimed.error().client_message, HasSubstr("somebody"));
  EXPECT_THROW((void)run_alone(ours.store().put(BlobKey("a"), Bytes(1), Deadline::after(1s))),
               StoreFailed);
  EXPECT_THAT(ours.store().broken().value_or(""), HasSubstr("another installation"));
  EXPECT_EQ(ours.bucket().objects.size(), 1U);
}

TEST(BucketStoreTest, WhatIsAwayForAMomentIsAskedAgain) {
  InMemory ours;
  ours.bucket().failing = 2;
  EXPECT_TRUE(run_alone(ours.store().put(BlobKey("a"), Bytes(1), Deadline::after(30s))));
  EXPECT_EQ(ours.bucket().objects.size(), 2U);
}

TEST(BucketStoreTest, AnObjectThatIsDamagedStopsNoOther) {
  InMemory ours;
  ASSERT_TRUE(run_alone(ours.store().put(BlobKey("a"), Bytes(1), Deadline::after(1s))));
  ours.bucket().objects.at("own/place/a").damaged = true;
  EXPECT_THROW((void)run_alone(ours.store().read(BlobKey("a"), ByteRange{}, Deadline::after(5s))),
               StoreFailed);
  EXPECT_TRUE(run_alone(ours.store().put(BlobKey("b"), Bytes(1), Deadline::after(1s))));
  ours.bucket().failing = 1000;
  EXPECT_THROW((void)run_alone(ours.store().read(BlobKey("b"), ByteRange{}, Deadline::after(50ms))),
               StoreFailed);
  const int asked = ours.bucket().asked;
  EXPECT_THROW((void)run_alone(ours.store().read(BlobKey("b"), ByteRange{}, Deadline::after(50ms))),
               StoreFailed);
  EXPECT_EQ(ours.bucket().asked, asked) << "one that does not answer is not asked for a moment";
}

TEST(BucketStoreTest, AListThatCannotBeReadIsNoEmptyList) {
  InMemory ours;
  ASSERT_TRUE(run_alone(ours.bucket_store().claim(Deadline::after(1s))));
  for (const int status : {401, 403, 404, 500, 503}) {
    ours.bucket().failing = 1000;
    ours.bucket().failing_status = status;
    EXPECT_THROW((void)run_alone(list_all(ours.store(), BlobKey("a"), Deadline::after(50ms))),
                 StoreFailed)
        << status;
    EXPECT_THROW(run_alone(ours.store().remove_all(BlobKey("a"), Deadline::after(50ms))),
                 StoreFailed)
        << status;
  }
  EXPECT_EQ(ours.store().broken(), std::nullopt);
}

TEST(BucketStoreTest, ManyObjectsAreRemovedInPages) {
  InMemory ours;
  for (int i = 0; i < 2500; ++i) {
    ours.bucket().objects[fmt::format("own/place/a/{:05}", i)] = {.content = "1",
                                                                  .generation = i + 1};
  }
  run_alone(ours.store().remove_all(BlobKey("a"), Deadline::after(60s)));
  EXPECT_EQ(ours.bucket().objects.size(), 1U) << "the mark of the installation";
}

}  // namespace
}  // namespace reprise::gcs
