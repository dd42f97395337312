// Views as objects. The store is a local one: what a bucket does with objects, bucket_store_test
// checks.

#include "features/playback/view_objects.hpp"

#include "features/playback/playback_routes.hpp"
#include "features/playback/playback_test_support.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kAMoment{1};

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

TEST_F(ViewObjectsTest, AFinishedViewLiesInTheStoreAndAnotherServerFindsIt) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  EXPECT_TRUE(media.path.empty());
  const std::string whole = all_of(media);
  EXPECT_EQ(std::ssize(whole), media.bytes);
  EXPECT_EQ(hex(sha256(as_bytes(whole))),
            std::ranges::find(row()->files, "media.webm", &archive::ViewFileRow::name)->sha256_hex);
  const std::string told = run_alone(views_->texts(id_)).manifest;
  restart();
  expect_nothing_here();
  EXPECT_EQ(media_of(1), media);
  EXPECT_EQ(all_of(media), whole);
  EXPECT_EQ(all_of(media, {.first = 10, .last = 20}), whole.substr(10, 10));
  EXPECT_EQ(run_alone(views_->texts(id_)).manifest, told);
  EXPECT_EQ(row()->version, 1) << "it was not folded again";
}

TEST_F(ViewObjectsTest, ALateChunkMakesANewVersionAndTheOldOneStays) {
  put_chunk(0);
  put_chunk(2);
  ASSERT_TRUE(finish(2).has_value());
  const MediaFile first = media_of(1);
  put_chunk(1);
  const MediaFile newest = media_of(2);
  EXPECT_EQ(newest.version, 2);
  const auto old = run_alone(views_->old_media(id_, 1));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->object, first.object);
  EXPECT_EQ(old->bytes, first.bytes);
  EXPECT_FALSE(run_alone(views_->old_media(id_, 7)));
}

TEST_F(ViewObjectsTest, ADownloadInTheSameFolderStays) {
  const fs::path download = views_root() / id_.value / "download-x.mcap";
  fs::create_directories(download.parent_path());
  std::ofstream(download) << "x";
  put_all_and_finish();
  media_of(1);
  end_views();
  EXPECT_TRUE(fs::exists(download));
  EXPECT_FALSE(fs::exists(views_root() / id_.value / "1"));
}

TEST_F(ViewObjectsTest, WhatIsGoneIsMadeAgain) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  run_alone(blobs_->remove({blob::BlobKey(media.object)}, Deadline::never()));
  restart();
  EXPECT_EQ(media_of(2).version, 2);
}

TEST_F(ViewObjectsTest, AStillThatIsGoneIsMadeAgain) {
  put_all_and_finish();
  media_of(1);
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    transaction.run("insert into recording_view_file values ($1, $2, 10, $3)",
                    {id_.value, kStrip, archive::kHash});
  }));
  const auto still = run_alone(views_->still(id_, kStrip));
  ASSERT_TRUE(still.has_value());
  EXPECT_FALSE(*still);
  EXPECT_EQ(version_in_time(2), 2);
}

TEST_F(ViewObjectsTest, AFilmWithAWrongByteIsNotServed) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  const std::string whole = all_of(media);
  restart();
  const fs::path file = directory_ / "objects" / media.object;
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(20).put('~');
  EXPECT_THROW(all_of(media), blob::StoreFailed);
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(20).put(whole[20]);
  EXPECT_EQ(all_of(media), whole);
}

TEST_F(ViewObjectsTest, AFilmOfAVersionWithoutChecksumsPlays) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  const std::string whole = all_of(media);
  for (const std::string& name : kept()) {
    if (!name.ends_with(".crc32c")) continue;
    run_alone(blobs_->remove({blob::BlobKey(name)}, Deadline::never()));
  }
  restart();
  EXPECT_EQ(all_of(media), whole);
}

TEST_F(ViewObjectsTest, ATextThatIsGoneIsMadeAgain) {
  put_all_and_finish();
  media_of(1);
  for (const std::string& name : kept()) {
    if (!name.ends_with("-manifest.json")) continue;
    run_alone(blobs_->remove({blob::BlobKey(name)}, Deadline::never()));
  }
  restart();
  EXPECT_EQ(manifest().at("turns").as_array().size(), 0U);
  EXPECT_EQ(version_in_time(2), 2);
}

TEST_F(ViewObjectsTest, AFilmOfSeveralBlocksIsReadFromAnyPlaceToAny) {
  constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
  const MediaFile media = film_of(2);
  const std::string& film = film_;
  EXPECT_TRUE(std::ranges::any_of(kept(), [](const std::string& name) {
    return name.ends_with("-media.crc32c") && !name.contains("webm");
  }));
  EXPECT_EQ(run_alone(objects_->find(id_, film_row_, kStrip)), std::nullopt);
  EXPECT_TRUE(all_of(media) == film);
  const ByteRange parts[] = {{.first = 0, .last = 20},
                             {.first = kBlock - 10, .last = kBlock + 10},
                             {.first = kBlock, .last = 2 * kBlock},
                             {.first = 2 * kBlock + 5, .last = film.size()},
                             {.first = 100, .last = film.size() + 100},
                             {.first = 30, .last = 30}};
  for (const ByteRange& part : parts) {
    EXPECT_TRUE(all_of(media, part) == film.substr(part.first, part.last - part.first))
        << part.first << " to " << part.last;
  }
  EXPECT_THAT(objects_->kept(), testing::ElementsAre(id_.value));
  MediaFile longer = media;
  longer.bytes += 1;
  EXPECT_THROW(all_of(longer), std::runtime_error) << "it would end too early";
  MediaFile absent = media;
  absent.object += "x";
  EXPECT_THROW(all_of(absent), std::runtime_error);
}

TEST_F(ViewObjectsTest, AFilmThatIsReadInOrderIsReadAheadAndEachBlockOnce) {
  constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
  const MediaFile media = film_of(6);
  restart();
  EXPECT_TRUE(run_alone(objects_->find(id_, film_row_, kMedia)).has_value());
  on_executor(sleep_for({}));
  EXPECT_THAT(store_->reads_of("webm"), testing::UnorderedElementsAre(0, 6 * kBlock))
      << "a player wants the first block, and the index at the end";
  const auto source = objects_->open(blob::BlobKey(media.object),
                                     static_cast<std::uint64_t>(media.bytes), {.first = kBlock});
  EXPECT_EQ(run_alone(source->next()).size(), kBlock);
  on_executor(sleep_for({}));
  EXPECT_THAT(store_->reads_of("webm"), testing::UnorderedElementsAre(0, 6 * kBlock, kBlock))
      << "a seek reads one block";
  EXPECT_TRUE(all_of(media) == film_);
  EXPECT_THAT(store_->reads_of("webm"),
              testing::UnorderedElementsAre(0, kBlock, 2 * kBlock, 3 * kBlock, 4 * kBlock,
                                            5 * kBlock, 6 * kBlock));
}

TEST_F(ViewObjectsTest, WhoGoesOnToTheNextBlockFindsTheOneAfterItRead) {
  constexpr std::uint64_t kBlock = blob::RangeCache::kBlockBytes;
  const MediaFile media = film_of(4);
  restart();
  const auto source = objects_->open(blob::BlobKey(media.object), 4 * kBlock - 1, {});
  const blob::BlobKey key(media.object);
  run_alone(source->next());
  EXPECT_FALSE(cache_->keeps(key, 1));
  run_alone(source->next());
  for (int i = 0; i < 1000 && !cache_->keeps(key, 2); ++i) on_executor(sleep_for(kAMoment));
  EXPECT_TRUE(cache_->keeps(key, 2));
  EXPECT_FALSE(cache_->keeps(key, 3));
  run_alone(source->next());
  for (int i = 0; i < 1000 && !cache_->keeps(key, 3); ++i) on_executor(sleep_for(kAMoment));
  EXPECT_TRUE(cache_->keeps(key, 3));
  EXPECT_FALSE(cache_->keeps(key, 4)) << "behind the part that was asked for";
}

TEST_F(ViewObjectsTest, TheTextsOfAViewAreReadAtTheSameTime) {
  put_all_and_finish();
  media_of(1);
  restart();
  run_alone(views_->texts(id_));
  const auto files = row()->files;
  const auto texts = std::ranges::count_if(files, [](const archive::ViewFileRow& file) {
    return file.name != kMedia && file.bytes > 0;
  });
  EXPECT_GE(texts, 4);
  EXPECT_EQ(store_->at_once_max(), texts);
}

TEST_F(ViewObjectsTest, ATextThatChangedOnTheWayIsReadOnceMore) {
  put_all_and_finish();
  media_of(1);
  const std::string told = run_alone(views_->texts(id_)).manifest;
  restart();
  store_->wrong_in = "-manifest.json";
  store_->wrong = 1;
  EXPECT_EQ(run_alone(views_->texts(id_)).manifest, told);
  EXPECT_EQ(store_->reads_of("-manifest.json").size(), 2U);
  EXPECT_EQ(row()->version, 1);
}

TEST_F(ViewObjectsTest, AStillThatChangedOnTheWayIsReadOnceMore) {
  put_all_and_finish();
  media_of(1);
  add_still("a picture");
  restart();
  store_->wrong_in = kStrip;
  store_->wrong = 1;
  const auto still = run_alone(views_->still(id_, kStrip));
  ASSERT_TRUE(still.has_value() && *still);
  EXPECT_EQ(all_of({.object = (*still)->object, .bytes = (*still)->bytes}), "a picture");
  run_alone(cache_->forget(blob::BlobKey((*still)->object)));
  store_->wrong = 1;
  EXPECT_EQ(all_of({.object = (*still)->object, .bytes = (*still)->bytes}), "a picture")
      << "who sends it checks it as well";
  EXPECT_EQ(row()->version, 1);
}

TEST_F(ViewObjectsTest, AStillWithAWrongByteIsMadeAgain) {
  put_all_and_finish();
  media_of(1);
  add_still("a picture");
  restart();
  const auto all = kept();
  const auto name =
      std::ranges::find_if(all, [](const std::string& one) { return one.ends_with(kStrip); });
  ASSERT_NE(name, all.end());
  std::ofstream(directory_ / "objects" / *name) << "a picturE";
  const auto still = run_alone(views_->still(id_, kStrip));
  ASSERT_TRUE(still.has_value());
  EXPECT_FALSE(*still);
  EXPECT_EQ(version_in_time(2), 2);
}

TEST_F(ViewObjectsTest, AFilmIsALinkForWhoGetsItAndNotForWhoAsksAboutIt) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  archive::LiveSessions live_sessions(*database_, *archive_);
  Downloads downloads(*archive_, views_root(), pool_, context_.get_executor());
  PlaybackServices services{*archive_, live_sessions, *views_, downloads, pool_};
  services.media_link = [](const std::string& key, const std::string& type, const std::string&) {
    return "https://bucket.example/" + key + "?type=" + type;
  };
  const auto ask = [&](http::Method method) {
    for (const auto& route : playback_routes(services)) {
      if (!route.pattern.ends_with("/media") || route.method != http::Method::Get) continue;
      http::Request request{.method = method};
      request.params = {id_.value};
      return run_alone(route.handler(std::move(request)));
    }
    throw std::logic_error("there is no such route");
  };
  const auto got = ask(http::Method::Get);
  EXPECT_EQ(got.headers.find("Location"),
            "https://bucket.example/" + media.object + "?type=audio/webm");
  const auto head = ask(http::Method::Head);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.find("Location"), std::nullopt);
  on_executor(downloads.close(Deadline::after({})));
}

TEST_F(ViewObjectsTest, OnlyOldVersionsAreRemoved) {
  for (const char* name : {"1/a", "2/a", "3/a", "10/a", "0x/a", "x/a"}) {
    const blob::BlobKey key("views/" + id_.value + "/" + name);
    ASSERT_TRUE(run_alone(blobs_->put(key, Bytes(1), Deadline::never())).has_value()) << name;
  }
  run_alone(objects_->remove_old(id_, 3));
  const std::string folder = "views/" + id_.value + "/";
  EXPECT_THAT(kept(), testing::UnorderedElementsAre(folder + "2/a", folder + "3/a", folder + "10/a",
                                                    folder + "0x/a", folder + "x/a"));
}

TEST_F(ViewObjectsTest, AnEraseLeavesNothing) {
  put_all_and_finish();
  all_of(media_of(1));
  EXPECT_FALSE(kept().empty());
  EXPECT_GT(cache_->bytes(), 0U);
  ASSERT_TRUE(run_alone(archive_->erase(id_)).has_value());
  EXPECT_THAT(kept(), testing::IsEmpty());
  EXPECT_EQ(cache_->bytes(), 0U);
}

}  // namespace
}  // namespace reprise::playback
