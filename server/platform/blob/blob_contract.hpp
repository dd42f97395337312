#pragma once

// What every BlobStore must do, as a suite of tests. An implementation gives a type with
// `BlobStore& store()`: a fresh, empty store for each test.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/run_alone.hpp"
#include "platform/blob/blob.hpp"

namespace reprise::blob {

/// Content that comes in pieces of one size.
class TextSource final : public BlobSource {
 public:
  TextSource(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  Task<Bytes> next() override {
    if (fails_at && at_ >= *fails_at) throw std::runtime_error("the source ended too early");
    const ByteView piece = as_bytes(text_).subspan(at_).first(std::min(piece_, text_.size() - at_));
    at_ += piece.size();
    co_return Bytes(piece.begin(), piece.end());
  }
  std::optional<std::size_t> fails_at;

 private:
  const std::string text_;
  const std::size_t piece_;
  std::size_t at_ = 0;
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
  std::string get(std::string key, ByteRange range = {}) {
    const auto read = run(store().read(BlobKey(std::move(key)), range, Deadline::never()));
    return read ? std::string(as_text(*read)) : "(" + read.error().client_message + ")";
  }
  std::vector<std::string> keys(std::string prefix) {
    std::vector<std::string> found;
    for (const BlobInfo& info :
         run(list_all(store(), BlobKey(std::move(prefix)), Deadline::never()))) {
      found.push_back(info.key.value + ":" + std::to_string(info.bytes));
    }
    return found;
  }
  Implementation implementation_;
};
TYPED_TEST_SUITE_P(BlobContractTest);

TYPED_TEST_P(BlobContractTest, WhatComesAfterItsDeadlineIsNotDone) {
  const Deadline past = Deadline::after(std::chrono::seconds(-1));
  EXPECT_THROW((void)this->run(this->store().put(BlobKey("a/late"), Bytes(3), past)), StoreFailed);
  TextSource source("late", 2);
  EXPECT_THROW((void)this->run(this->store().put_stream(BlobKey("a/late"), source, past)),
               StoreFailed);
  EXPECT_EQ(this->get("a/late"), "(There is no such object.)");
  ASSERT_TRUE(this->put("a/one", "1"));
  EXPECT_THROW((void)this->run(this->store().read(BlobKey("a/one"), ByteRange{}, past)),
               StoreFailed);
  EXPECT_THROW(this->run(this->store().remove({BlobKey("a/one")}, past)), StoreFailed);
  EXPECT_THROW(this->run(this->store().remove_all(BlobKey("a"), past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().list(BlobKey("a"), "", kPageMax, past)), StoreFailed);
  EXPECT_THROW((void)this->run(this->store().probe(past)), StoreFailed);
  EXPECT_EQ(this->get("a/one"), "1");
  EXPECT_EQ(this->store().broken(), std::nullopt) << "nothing is wrong with the store";
}

TYPED_TEST_P(BlobContractTest, WhatWasPutIsReadWholeAndInRanges) {
  ASSERT_TRUE(this->put("a/b-0.mcap", "0123456789"));
  EXPECT_EQ(this->get("a/b-0.mcap"), "0123456789");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 2, .last = 5}), "234");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 8, .last = 500}), "89");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 8}), "89");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 10}), "");
  EXPECT_EQ(this->get("a/b-0.mcap", {.first = 4, .last = 4}), "");
  ASSERT_TRUE(this->put("a/empty", ""));
  EXPECT_EQ(this->get("a/empty"), "");
}

TYPED_TEST_P(BlobContractTest, TheSameAgainIsTheSameObject) {
  ASSERT_TRUE(this->put("a/one", "1"));
  ASSERT_TRUE(this->put("a/one", "1"));
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{"a/one:1"});
}

TYPED_TEST_P(BlobContractTest, AnObjectThatIsNotWhatItsKeySaysIsReplaced) {
  ASSERT_TRUE(this->put("a/one-hash", "damaged"));
  ASSERT_TRUE(this->put("a/one-hash", "right"));
  EXPECT_EQ(this->get("a/one-hash"), "right");
}

TYPED_TEST_P(BlobContractTest, WhatComesInPiecesIsStoredWhole) {
  std::string text(3'000'000, '\0');
  for (std::size_t at = 0; at < text.size(); ++at) text[at] = static_cast<char>(at * 7 + at / 256);
  TextSource source(text, 700'001);
  const auto info =
      this->run(this->store().put_stream(BlobKey("a/media"), source, Deadline::never()));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->bytes, text.size());
  EXPECT_EQ(this->get("a/media"), text);
  EXPECT_EQ(this->get("a/media", {.first = 1'000'000, .last = 1'000'500}),
            text.substr(1'000'000, 500));
  TextSource nothing("", 1);
  ASSERT_TRUE(this->run(this->store().put_stream(BlobKey("a/none"), nothing, Deadline::never())));
  EXPECT_EQ(this->get("a/none"), "");
}

TYPED_TEST_P(BlobContractTest, ASourceThatFailsLeavesNothing) {
  TextSource source("0123456789", 4);
  source.fails_at = 8;
  EXPECT_THROW(
      (void)this->run(this->store().put_stream(BlobKey("a/cut"), source, Deadline::never())),
      std::runtime_error);
  EXPECT_EQ(this->get("a/cut"), "(There is no such object.)");
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{});
}

TYPED_TEST_P(BlobContractTest, AnAbsentObjectIsNotFound) {
  const auto read =
      this->run(this->store().read(BlobKey("a/none"), ByteRange{}, Deadline::never()));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::NotFound);
}

TYPED_TEST_P(BlobContractTest, ListNamesWhatLiesUnderAPrefix) {
  ASSERT_TRUE(this->put("a/two", "22"));
  ASSERT_TRUE(this->put("a/one", "1"));
  ASSERT_TRUE(this->put("b/three", "333"));
  ASSERT_TRUE(this->put("ab", "4444"));
  EXPECT_EQ(this->keys("a"), (std::vector<std::string>{"a/one:1", "a/two:2"}));
  EXPECT_EQ(this->keys("none"), std::vector<std::string>{});
}

TYPED_TEST_P(BlobContractTest, AListComesInPages) {
  for (const char* key : {"a/1", "a/2", "a/3/4", "a/5"}) ASSERT_TRUE(this->put(key, key));
  std::vector<std::vector<std::string>> pages;
  std::string cursor;
  do {
    const BlobPage page = this->run(this->store().list(BlobKey("a"), cursor, 2, Deadline::never()));
    pages.emplace_back();
    for (const BlobInfo& info : page.objects) {
      pages.back().push_back(info.key.value);
      EXPECT_GT(info.modified_utc_ns, 0);
    }
    cursor = page.next;
  } while (!cursor.empty() && pages.size() < 10);
  const std::vector<std::vector<std::string>> want{{"a/1", "a/2"}, {"a/3/4", "a/5"}};
  EXPECT_EQ(pages, want);
}

TYPED_TEST_P(BlobContractTest, RemovedObjectsAreGoneAndMayComeBack) {
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

TYPED_TEST_P(BlobContractTest, RemovingAllLeavesTheNeighbours) {
  for (const char* key : {"a/x/1", "a/x/2/3", "a/xy", "b/x"}) ASSERT_TRUE(this->put(key, key));
  this->run(this->store().remove_all(BlobKey("a/x"), Deadline::never()));
  EXPECT_EQ(this->keys("a"), std::vector<std::string>{"a/xy:4"});
  EXPECT_EQ(this->keys("b"), std::vector<std::string>{"b/x:3"});
}

TYPED_TEST_P(BlobContractTest, AProbeLeavesNothing) {
  EXPECT_TRUE(this->run(this->store().probe(Deadline::never())).has_value());
  for (const char* folder : {"a", "probe", "recordings"}) EXPECT_TRUE(this->keys(folder).empty());
}

REGISTER_TYPED_TEST_SUITE_P(BlobContractTest, WhatComesAfterItsDeadlineIsNotDone,
                            WhatWasPutIsReadWholeAndInRanges, TheSameAgainIsTheSameObject,
                            AnObjectThatIsNotWhatItsKeySaysIsReplaced,
                            WhatComesInPiecesIsStoredWhole, ASourceThatFailsLeavesNothing,
                            AnAbsentObjectIsNotFound, ListNamesWhatLiesUnderAPrefix,
                            AListComesInPages, RemovedObjectsAreGoneAndMayComeBack,
                            RemovingAllLeavesTheNeighbours, AProbeLeavesNothing);

}  // namespace reprise::blob
