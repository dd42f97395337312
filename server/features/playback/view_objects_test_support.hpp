#pragma once

// Views as objects of a store that notes what is read.

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "features/playback/playback_test_support.hpp"
#include "features/playback/view_objects.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {

namespace fs = std::filesystem;

/// Notes what is read, and changes a bit of the next answers for keys that contain `wrong_in`.
class NotingStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<Result<Bytes>> read(blob::BlobKey key, ByteRange range, Deadline deadline) override {
    {
      const std::lock_guard lock(mutex_);
      read_.push_back({.name = key.value, .first = range.first});
      at_once_max_ = std::max(at_once_max_, ++at_once_);
    }
    const bool is_wrong = key.value.contains(wrong_in);
    auto bytes = co_await StoreForTest::read(std::move(key), range, deadline);
    const std::lock_guard lock(mutex_);
    --at_once_;
    if (is_wrong && bytes && !bytes->empty() && wrong-- > 0) bytes->back() ^= std::byte{1};
    co_return bytes;
  }
  /// The first byte of each read of keys that end so, in order.
  std::vector<std::uint64_t> reads_of(std::string_view ending) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> found;
    for (const Read& one : read_) {
      if (one.name.ends_with(ending)) found.push_back(one.first);
    }
    return found;
  }
  int at_once_max() const {
    const std::lock_guard lock(mutex_);
    return at_once_max_;
  }
  std::string wrong_in = "nothing";
  std::atomic<int> wrong = 0;

 private:
  struct Read {
    std::string name;
    std::uint64_t first = 0;
  };
  mutable std::mutex mutex_;
  std::vector<Read> read_;  // this and all below: under the mutex
  int at_once_ = 0;
  int at_once_max_ = 0;
};

class ViewObjectsTest : public PlaybackTest {
 protected:
  ViewObjectsTest() {
    end_views();
    begin();
  }
  ~ViewObjectsTest() override { end(); }
  void end() {
    end_views();
    on_executor(cache_->close(Deadline::after(std::chrono::seconds(10))));
  }
  /// As a server starts: with an empty cache.
  void begin() {
    store_.emplace(*blobs_);
    cache_.emplace(*store_, directory_ / "cache", pool_, context_.get_executor(),
                   16 * blob::RangeCache::kBlockBytes);
    objects_.emplace(*store_, *cache_, pool_);
    views_.emplace(*archive_, views_root(), folds_, pool_, context_.get_executor(),
                   std::chrono::steady_clock::now, &*objects_);
    archive_->listen(*views_);
  }
  void restart() {
    end();
    begin();
  }
  std::vector<std::string> kept() {
    std::vector<std::string> names;
    for (const blob::BlobInfo& info :
         run_alone(list_all(*blobs_, blob::BlobKey("views"), Deadline::never()))) {
      names.push_back(info.key.value);
    }
    return names;
  }
  std::string all_of(const MediaFile& media, ByteRange part = {}) {
    std::string all;
    const auto source =
        objects_->open(blob::BlobKey(media.object), static_cast<std::uint64_t>(media.bytes), part);
    for (;;) {
      const Bytes piece = run_alone(source->next());
      if (piece.empty()) return all;
      all += as_text(piece);
    }
  }
  void expect_nothing_here() const {
    EXPECT_FALSE(fs::exists(views_root() / id_.value)) << "scratch only";
  }

  /// Stores a film of so many blocks and a half; each byte tells its place.
  MediaFile film_of(std::uint64_t blocks) {
    constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
    film_.assign(blocks * kBlock + kBlock / 2, '\0');
    for (std::size_t i = 0; i < film_.size(); ++i) film_[i] = static_cast<char>(i * 7 + i / kBlock);
    fs::create_directories(directory_ / "scratch");
    std::ofstream(directory_ / "scratch" / kMedia, std::ios::binary) << film_;
    film_row_.files = {
        {.name = kMedia, .bytes = std::ssize(film_), .sha256_hex = hex(sha256(as_bytes(film_)))}};
    run_alone(objects_->store(id_, film_row_, directory_ / "scratch"));
    const auto key = run_alone(objects_->find(id_, film_row_, kMedia));
    return MediaFile{.object = key.value().value, .version = 3, .bytes = std::ssize(film_)};
  }

  /// A still picture of the finished view, which has none: the talk had no camera.
  void add_still(const std::string& content) {
    fs::create_directories(directory_ / "scratch");
    std::ofstream(directory_ / "scratch" / kStrip) << content;
    archive::ViewRow with_still = row().value();
    const std::string digest = hex(sha256(as_bytes(content)));
    with_still.files = {{.name = kStrip, .bytes = std::ssize(content), .sha256_hex = digest}};
    run_alone(objects_->store(id_, with_still, directory_ / "scratch"));
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      transaction.run("insert into recording_view_file values ($1, $2, $3, $4)",
                      {id_.value, kStrip, std::ssize(content), digest});
    }));
  }

  std::string film_;
  archive::ViewRow film_row_{.version = 3, .files = {}};
  std::optional<NotingStore> store_;
  std::optional<blob::RangeCache> cache_;
  std::optional<ViewObjects> objects_;
};

}  // namespace reprise::playback
