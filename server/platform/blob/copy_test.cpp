#include "platform/blob/copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/run_alone.hpp"
#include "platform/blob/local_blob.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::blob {
namespace {

namespace fs = std::filesystem;

/// A target that fails after some puts, or stores a wrong byte.
class BadTarget final : public StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<Result<BlobInfo>> put(BlobKey key, Bytes content, Deadline deadline) override {
    if (puts_left == 0) throw StoreFailed(StoreFailure::Passing, "away");
    --puts_left;
    if (wrong) content.back() ^= std::byte{1};
    co_return co_await StoreForTest::put(std::move(key), std::move(content), deadline);
  }
  int puts_left = 1'000;
  bool wrong = false;
};

class CopyTest : public testing::Test {
 protected:
  CopyTest() {
    std::string name = (fs::temp_directory_path() / "reprise-copy-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    from_ = open_local_store(directory_ / "from", pool_);
    to_ = open_local_store(directory_ / "to", pool_);
    bad_.emplace(*to_);
    for (const char* key :
         {"recordings/a/0.mcap", "recordings/a/1.mcap", "recordings/b/0.mcap", "others/c/0.mcap"}) {
      EXPECT_TRUE(run_alone(from_->put(BlobKey(key), content_of(key), Deadline::never())));
    }
  }
  ~CopyTest() override {
    pool_.close();
    fs::remove_all(directory_);
  }
  static Bytes content_of(std::string_view key) {
    const ByteView bytes = as_bytes(key);
    return {bytes.begin(), bytes.end()};
  }
  CopiedObjects copy() {
    return run_alone(copy_objects(*from_, *bad_, BlobKey("recordings"),
                                  [this](const CopiedObjects&) { ++folders_; }));
  }

  fs::path directory_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<BlobStore> from_;
  std::unique_ptr<BlobStore> to_;
  std::optional<BadTarget> bad_;
  int folders_ = 0;
};

TEST_F(CopyTest, EachObjectIsThereAndASecondRunAddsNothing) {
  const auto first = copy();
  EXPECT_EQ(first.objects, 3);
  EXPECT_EQ(first.added, 3);
  EXPECT_EQ(first.bytes, 3 * std::ssize(std::string_view("recordings/a/0.mcap")));
  EXPECT_EQ(folders_, 2);
  const auto second = copy();
  EXPECT_EQ(second.objects, 3);
  EXPECT_EQ(second.added, 0);
  const auto there = run_alone(list_all(*to_, BlobKey("recordings"), Deadline::never()));
  EXPECT_EQ(there.size(), 3U);
  EXPECT_EQ(run_alone(to_->read(there[0].key, {}, Deadline::never())),
            content_of(there[0].key.value));
}

TEST_F(CopyTest, WhatBrokeOffGoesOnWhereItWas) {
  bad_->puts_left = 1;
  EXPECT_THROW(copy(), StoreFailed);
  bad_->puts_left = 1'000;
  const auto again = copy();
  EXPECT_EQ(again.objects, 3);
  EXPECT_EQ(again.added, 2);
}

TEST_F(CopyTest, OtherBytesAtTheTargetAreReplaced) {
  const BlobKey key("recordings/a/1.mcap");
  EXPECT_TRUE(run_alone(to_->put(key, content_of("old"), Deadline::never())));
  EXPECT_EQ(copy().added, 3);
  EXPECT_EQ(run_alone(to_->read(key, {}, Deadline::never())), content_of(key.value));
}

TEST_F(CopyTest, AnObjectThatIsLargerThanAPieceIsTheSame) {
  const BlobKey key("recordings/a/large.zip");
  Bytes large(20 * 1024 * 1024 + 1);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::byte>(i % 251);
  EXPECT_TRUE(run_alone(from_->put(key, large, Deadline::never())));
  EXPECT_EQ(copy().added, 4);
  EXPECT_TRUE(run_alone(to_->read(key, {}, Deadline::never())) == large);
  large.push_back(std::byte{1});  // the target has more than the source
  EXPECT_TRUE(run_alone(to_->put(key, large, Deadline::never())));
  EXPECT_EQ(copy().added, 1);
  large.pop_back();
  EXPECT_TRUE(run_alone(to_->read(key, {}, Deadline::never())) == large);
}

TEST_F(CopyTest, AFolderThatIsNotThereHasNothing) {
  EXPECT_EQ(run_alone(copy_objects(*from_, *to_, BlobKey("exports"), [](const auto&) {})).objects,
            0);
}

TEST_F(CopyTest, WhatIsNotTheSameWhenReadBackEndsIt) {
  bad_->wrong = true;
  EXPECT_THROW(copy(), StoreFailed);
}

}  // namespace
}  // namespace reprise::blob
