// The local store and the suite for all stores; and what only the local store can do.

#include "platform/blob/blob_contract.hpp"

#include <stdlib.h>

#include <filesystem>

#include "platform/blob/local_blob.hpp"

namespace reprise::blob {
namespace {

namespace fs = std::filesystem;

class LocalStore {
 public:
  LocalStore() {
    std::string name = (fs::temp_directory_path() / "reprise-blob-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    store_ = open_local_store(directory_ / "objects", pool_);
  }
  ~LocalStore() {
    pool_.close();
    fs::remove_all(directory_);
  }
  BlobStore& store() { return *store_; }

 private:
  fs::path directory_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<BlobStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Local, BlobContractTest, LocalStore);

class LocalDiskTest : public BlobContractTest<LocalStore> {
 protected:
  LocalDisk& disk() { return *store().disk(); }
  std::vector<std::string> put_aside(std::optional<BlobKey> prefix) {
    std::vector<std::string> found;
    for (const BlobInfo& info : run(disk().quarantined(std::move(prefix), Deadline::never()))) {
      found.push_back(info.key.value + ":" + std::to_string(info.bytes));
    }
    return found;
  }
};

TEST_F(LocalDiskTest, WhatComesAfterItsDeadlineIsNotDone) {
  const Deadline past = Deadline::after(std::chrono::seconds(-1));
  ASSERT_TRUE(put("a/one", "1"));
  EXPECT_THROW(run(disk().quarantine(BlobKey("a/one"), past)), StoreFailed);
  EXPECT_THROW((void)run(disk().take_back(BlobKey("a/one"), past)), StoreFailed);
  EXPECT_THROW((void)run(disk().children(BlobKey("a"), past)), StoreFailed);
  EXPECT_THROW((void)run(disk().quarantined(std::nullopt, past)), StoreFailed);
  EXPECT_EQ(get("a/one"), "1");
}

TEST_F(LocalDiskTest, ChildrenAreTheNamesOneLevelBelow) {
  ASSERT_TRUE(put("b/three", "333"));
  ASSERT_TRUE(put("b/four/five", "5"));
  auto names = run(disk().children(BlobKey("b"), Deadline::never()));
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"four", "three"}));
  EXPECT_TRUE(run(disk().children(BlobKey("none"), Deadline::never())).empty());
}

TEST_F(LocalDiskTest, AQuarantinedObjectLeavesTheStoreAndMayBeTakenBack) {
  ASSERT_TRUE(put("a/b/one", "1"));
  run(disk().quarantine(BlobKey("a/b/one"), Deadline::never()));
  run(disk().quarantine(BlobKey("a/b/one"), Deadline::never()));
  EXPECT_EQ(keys("a"), std::vector<std::string>{});
  EXPECT_EQ(put_aside(std::nullopt), std::vector<std::string>{"a/b/one:1"});
  EXPECT_EQ(put_aside(BlobKey("a/b")), std::vector<std::string>{"a/b/one:1"});
  EXPECT_EQ(put_aside(BlobKey("b")), std::vector<std::string>{});
  EXPECT_TRUE(run(disk().take_back(BlobKey("a/b/one"), Deadline::never())));
  EXPECT_FALSE(run(disk().take_back(BlobKey("a/b/one"), Deadline::never())));
  EXPECT_EQ(get("a/b/one"), "1");
  EXPECT_EQ(put_aside(std::nullopt), std::vector<std::string>{});
}

TEST_F(LocalDiskTest, WhatIsTakenBackReplacesNothing) {
  ASSERT_TRUE(put("a/one", "old"));
  run(disk().quarantine(BlobKey("a/one"), Deadline::never()));
  ASSERT_TRUE(put("a/one", "new"));
  EXPECT_FALSE(run(disk().take_back(BlobKey("a/one"), Deadline::never())));
  EXPECT_EQ(get("a/one"), "new");
}

TEST_F(LocalDiskTest, RemovingAllReachesTheQuarantine) {
  ASSERT_TRUE(put("a/x/one", "1"));
  ASSERT_TRUE(put("a/y/two", "2"));
  run(disk().quarantine(BlobKey("a/x/one"), Deadline::never()));
  run(disk().quarantine(BlobKey("a/y/two"), Deadline::never()));
  run(store().remove_all(BlobKey("a/x"), Deadline::never()));
  EXPECT_EQ(put_aside(std::nullopt), std::vector<std::string>{"a/y/two:1"});
}

TEST(BlobKeyTest, NamesThatCouldLeaveTheStoreAreNotValid) {
  for (const char* name : {"a", "recordings/0-ab/12-ff.mcap", "a_b"}) {
    EXPECT_TRUE(is_valid(BlobKey(name))) << name;
  }
  for (const char* name :
       {"", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a/.b", "A", "a b", "a\\b"}) {
    EXPECT_FALSE(is_valid(BlobKey(name))) << name;
  }
  EXPECT_FALSE(is_valid(BlobKey(std::string(kKeyBytesMax + 1, 'a'))));
}

}  // namespace
}  // namespace reprise::blob
