#pragma once

// An archive whose store fails where a test wants it to, and its packer.

#include <fmt/format.h>

#include "platform/archive/archive_test_support.hpp"
#include "platform/archive/packing.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::archive {

/// A store that fails at one of its calls: before or after the call has done its work. What a kill
/// leaves is the same.
class FailingStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<Result<blob::BlobInfo>> put_stream(blob::BlobKey key, blob::BlobSource& source,
                                          Deadline deadline) override {
    fail_if_due();
    auto stored = co_await StoreForTest::put_stream(std::move(key), source, deadline);
    fail_if_due();
    co_return stored;
  }
  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override {
    fail_if_due();
    if (while_reading) while_reading(key);
    auto bytes = co_await StoreForTest::read(std::move(key), range, deadline);
    if (altered != 0 && !range.is_whole() && bytes && !bytes->empty()) {
      --altered;
      bytes->back() ^= std::byte{1};
    }
    if (change && !range.is_whole() && bytes) change(range, *bytes);
    co_return bytes;
  }
  Task<void> remove(std::vector<blob::BlobKey> keys, Deadline deadline) override {
    for (const blob::BlobKey& key : keys) {
      fail_if_due();
      co_await StoreForTest::remove({key}, deadline);
    }
    fail_if_due();
    if (after_removing) after_removing();
  }
  int calls_left = -1;  ///< −1: it never fails
  int altered = 0;      ///< how many parts of objects come back with a wrong bit; −1: all
  std::function<void(const blob::BlobKey&)> while_reading;
  std::function<void(ByteRange, Bytes&)> change;  ///< what becomes of a part of an object
  std::function<void()> after_removing;

 private:
  void fail_if_due() {
    if (calls_left == 0) throw blob::StoreFailed(blob::StoreFailure::Passing, "killed here");
    if (calls_left > 0) --calls_left;
  }
};

class PackingTest : public ArchiveTest {
 protected:
  PackingTest() {
    failing_.emplace(*blobs_);
    archive_.emplace(*database_, *failing_, pool_,
                     ArchiveOptions{.min_free_bytes = 0,
                                    .pack_after = std::chrono::seconds(60),
                                    .jobs = {.now_utc_ns = [this] { return now_; }},
                                    .now_utc_ns = [this] { return now_; },
                                    .now_steady = [this] { return steady_; }});
    archive_->listen(heard_);
    packer_.emplace(*archive_, *database_, *failing_, pool_);
    run_alone(archive_->reconcile(Reconcile::Look, 0));  // from now on an absent object is damage
  }
  static std::string text_of(int seq) { return fmt::format("chunk {}", seq); }
  void record(int count) {
    for (int seq = 0; seq < count; ++seq) ASSERT_TRUE(put(seq, text_of(seq)).has_value());
    ASSERT_TRUE(finish(count - 1).has_value());
  }
  void pack() {
    now_ += 120 * kSecond;
    run_alone(packer_->work());
  }
  std::vector<fs::path> packs() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_ / "objects")) {
      if (entry.path().extension() == ".pack") found.push_back(entry.path());
    }
    return found;
  }
  void expect_readable(int count) {
    for (int seq = 0; seq < count; ++seq) {
      const auto bytes =
          run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(seq)));
      ASSERT_TRUE(bytes.has_value()) << seq;
      EXPECT_EQ(*bytes, chunk(text_of(seq)));
    }
  }
  std::int64_t number(const std::string& sql) {
    return run_alone(database_->read(usual_deadline(), [&](database::Transaction& transaction) {
      return transaction.first(sql)->integer(0);
    }));
  }
  ReconcileReport reconcile() {
    return run_alone(archive_->reconcile(Reconcile::PutAside, now_utc_ns() + kSecond));
  }
  static void alter(const fs::path& file) {
    const auto size = fs::file_size(file);
    std::ofstream(file, std::ios::binary) << std::string(size, 'x');
  }

  std::optional<FailingStore> failing_;
  std::optional<Packer> packer_;
};

}  // namespace reprise::archive
