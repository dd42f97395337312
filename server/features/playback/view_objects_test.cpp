// Views as objects. The store is a local one: what a bucket does with objects, bucket_store_test
// checks.

#include "features/playback/view_objects.hpp"

#include "features/playback/playback_routes.hpp"
#include "features/playback/view_objects_test_support.hpp"

namespace reprise::playback {
namespace {

TEST_F(ViewObjectsTest, AFinishedViewLiesInTheStoreAndAnotherServerFindsIt) {
  put_all_and_finish();
  const MediaFile media = media_of(1);
  EXPECT_TRUE(media.path.empty());
  const std::string whole = all_of(media);
  EXPECT_EQ(std::ssize(whole), media.bytes);
  EXPECT_EQ(hex(sha256(as_bytes(whole))),
            std::ranges::find(row()->files, "media.webm", &archive::ViewFileRow::name)->sha256_hex);
  const std::string told = run_alone(views_->texts(access::Reach::everything(), id_)).manifest;
  restart();
  expect_nothing_here();
  EXPECT_EQ(media_of(1), media);
  EXPECT_EQ(all_of(media), whole);
  EXPECT_EQ(all_of(media, {.first = 10, .last = 20}), whole.substr(10, 10));
  EXPECT_EQ(run_alone(views_->texts(access::Reach::everything(), id_)).manifest, told);
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
  const auto old = run_alone(views_->old_media(access::Reach::everything(), id_, 1));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->object, first.object);
  EXPECT_EQ(old->bytes, first.bytes);
  EXPECT_FALSE(run_alone(views_->old_media(access::Reach::everything(), id_, 7)));
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
  const auto still = run_alone(views_->still(access::Reach::everything(), id_, kStrip));
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
      http::Request request{.method = method, .principal = access::local_principal()};
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
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_THAT(kept(), testing::IsEmpty());
  EXPECT_EQ(cache_->bytes(), 0U);
}

}  // namespace
}  // namespace reprise::playback
