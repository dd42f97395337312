// How views are read from a bucket: at the same time, ahead, once, and once more when they are
// wrong.

#include "features/playback/view_objects_test_support.hpp"

namespace reprise::playback {
namespace {

constexpr std::chrono::milliseconds kAMoment{1};

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
  run_alone(views_->texts(access::Reach::everything(), id_));
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
  const std::string told = run_alone(views_->texts(access::Reach::everything(), id_)).manifest;
  restart();
  store_->wrong_in = "-manifest.json";
  store_->wrong = 1;
  EXPECT_EQ(run_alone(views_->texts(access::Reach::everything(), id_)).manifest, told);
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
  const auto still = run_alone(views_->still(access::Reach::everything(), id_, kStrip));
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
  const auto still = run_alone(views_->still(access::Reach::everything(), id_, kStrip));
  ASSERT_TRUE(still.has_value());
  EXPECT_FALSE(*still);
  EXPECT_EQ(version_in_time(2), 2);
}

}  // namespace
}  // namespace reprise::playback
