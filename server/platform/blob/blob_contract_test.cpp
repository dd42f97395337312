#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "base/run_alone.hpp"
#include "platform/blob/local_blob.hpp"

namespace reprise::blob {
namespace {

namespace fs = std::filesystem;

/// What one implementation needs to be tested. A fresh, empty store per test.
class LocalStore {
 public:
  LocalStore() {
    std::string name = (fs::temp_directory_path() / "reprise-blob-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    reopen();
  }
  ~LocalStore() {
    pool_.close();
    fs::remove_all(directory_);
  }
  void reopen() { store_ = open_local_store(directory_ / "objects", pool_); }
  BlobStore& store() { return *store_; }
  fs::path root() const { return directory_ / "objects"; }

 private:
  fs::path directory_;
  BlockingPool pool_{"test", 2};
  std::unique_ptr<BlobStore> store_;
};

template <class Implementation>
class BlobContractTest : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return run_alone(std::move(task));
  }
  BlobStore& store() { return implementation_.store(); }
  Result<BlobInfo> put(std::string key, std::string_view text) {
    const ByteView bytes = as_bytes(text);
    return run(
        store().put(BlobKey(std::move(key)), Bytes(bytes.begin(), bytes.end()), Deadline::never()));
  }
  std::string get(std::string key, Slice range = {}) {
    const auto read = run(store().read(BlobKey(std::move(key)), range, Deadline::never()));
    return read ? std::string(as_text(*read)) : "(" + read.error().client_message + ")";
  }
  std::vector<std::string> keys(std::string prefix) {
    std::vector<std::string> found;
    for (const BlobInfo& info : run(store().list(BlobKey(std::move(prefix)), Deadline::never()))) {
      found.push_back(info.key.value + ":" + std::to_string(info.bytes));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::vector<std::string> put_aside(std::optional<BlobKey> prefix) {
    std::vector<std::string> found;
    for (const BlobInfo& info : run(store().quarantined(std::move(prefix), Deadline::never()))) {
      found.push_back(info.key.value + ":" + std::to_string(info.bytes));
    }
    return found;
  }

  Implementation implementation_;
};

using Implementations = testing::Types<LocalStore>;
TYPED_TEST_SUITE(BlobContractTest, Implementations);

TYPED_TEST(BlobContractTest, WhatComesAfterItsDeadlineIsNotDone) {
  const Deadline past = Deadline::after(std::chrono::seconds(-1));
  EXPECT_THROW((void)this->run(this->store().put(BlobKey("a/late"), Bytes(3), past)), StoreFailed);
  EXPECT_EQ(this->get("a/late"), "(There is no such object.)");
  ASSERT_TRUE(this->put("a/one", "1"));
  EXPECT_THROW((void)this->run(this->store().read(BlobKey("a/one"), Slice{}, past)), StoreFailed);
  EXPECT_THROW(this->run(this->store().remove({BlobKey("a/one")}, past)), StoreFailed);
  EXPECT_THROW(this->run(this->store().remove_all(BlobKey("a"), past)), StoreFailed);
  EXPECT_THROW(this->run(this->store().quarantine(BlobKey("a/one"), past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().take_back(BlobKey("a/one"), past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().list(BlobKey("a"), past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().children(BlobKey("a"), past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().quarantined(std::nullopt, past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().probe(past)), StoreFailed);
  EXPECT_EQ(this->get("a/one"), "1");
  EXPECT_EQ(this->store().broken(), std::nullopt) << "nothing is wrong with the disk";
}

TYPED_TEST(BlobContractTest, WhatWasPutIsReadWholeAndInRanges) {
  ASSERT_TRUE(this->put("a/b-0.mcap", "0123456789"));
  EXPECT_EQ(this->get("a/b-0.mcap"), "0123456789");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 2, .last = 5}), "234");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 8, .last = 500}), "89");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 10}), "");
}

TYPED_TEST(BlobContractTest, AnAbsentObjectIsNotFound) {
  const auto read = this->run(this->store().read(BlobKey("a/none"), Slice{}, Deadline::never()));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::NotFound);
}

TYPED_TEST(BlobContractTest, ListNamesWhatLiesUnderAPrefix) {
  ASSERT_TRUE(this->put("a/one", "1"));
  ASSERT_TRUE(this->put("a/two", "22"));
  ASSERT_TRUE(this->put("b/three", "333"));
  EXPECT_EQ(this->keys("a"), (std::vector<std::string>{"a/one:1", "a/two:2"}));
  EXPECT_EQ(this->keys("none"), std::vector<std::string>{});
  EXPECT_EQ(this->run(this->store().children(BlobKey("b"), Deadline::never())),
            std::vector<std::string>{"three"});
  EXPECT_TRUE(this->run(this->store().children(BlobKey("none"), Deadline::never())).empty());
}

TYPED_TEST(BlobContractTest, RemovedObjectsAreGoneAndMayComeBack) {
  ASSERT_TRUE(this->put("a/one", "1"));
  ASSERT_TRUE(this->put("a/two", "2"));
  this->run(this->store().remove({BlobKey("a/one"), BlobKey("a/never")}, Deadline::never()));
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{"a/two:1"});
  this->run(this->store().remove_all(BlobKey("a"), Deadline::never()));
  this->run(this->store().remove_all(BlobKey("a"), Deadline::never()));
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{});
  ASSERT_TRUE(this->put("a/one", "again"));
  EXPECT_EQ(this->get("a/one"), "again");
}

TYPED_TEST(BlobContractTest, AQuarantinedObjectLeavesTheStoreAndMayBeTakenBack) {
  ASSERT_TRUE(this->put("a/b/one", "1"));
  this->run(this->store().quarantine(BlobKey("a/b/one"), Deadline::never()));
  this->run(this->store().quarantine(BlobKey("a/b/one"), Deadline::never()));
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{});
  EXPECT_EQ(this->put_aside(std::nullopt), std::vector<std::string>{"a/b/one:1"});
  EXPECT_EQ(this->put_aside(BlobKey("a/b")), std::vector<std::string>{"a/b/one:1"});
  EXPECT_EQ(this->put_aside(BlobKey("b")), std::vector<std::string>{});
  EXPECT_TRUE(this->run(this->store().take_back(BlobKey("a/b/one"), Deadline::never())));
  EXPECT_FALSE(this->run(this->store().take_back(BlobKey("a/b/one"), Deadline::never())));
  EXPECT_EQ(this->get("a/b/one"), "1");
  EXPECT_EQ(this->put_aside(std::nullopt), std::vector<std::string>{});
}

TYPED_TEST(BlobContractTest, AProbeLeavesNothing) {
  EXPECT_TRUE(this->run(this->store().probe(Deadline::never())).has_value());
  EXPECT_TRUE(this->run(this->store().children(BlobKey("a"), Deadline::never())).empty());
}

TYPED_TEST(BlobContractTest, WhatIsTakenBackReplacesNothing) {
  ASSERT_TRUE(this->put("a/one", "old"));
  this->run(this->store().quarantine(BlobKey("a/one"), Deadline::never()));
  ASSERT_TRUE(this->put("a/one", "new"));
  EXPECT_FALSE(this->run(this->store().take_back(BlobKey("a/one"), Deadline::never())));
  EXPECT_EQ(this->get("a/one"), "new");
}

TYPED_TEST(BlobContractTest, RemovingAllReachesTheQuarantine) {
  ASSERT_TRUE(this->put("a/x/one", "1"));
  ASSERT_TRUE(this->put("a/y/two", "2"));
  this->run(this->store().quarantine(BlobKey("a/x/one"), Deadline::never()));
  this->run(this->store().quarantine(BlobKey("a/y/two"), Deadline::never()));
  this->run(this->store().remove_all(BlobKey("a/x"), Deadline::never()));
  EXPECT_EQ(this->put_aside(std::nullopt), std::vector<std::string>{"a/y/two:1"});
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
