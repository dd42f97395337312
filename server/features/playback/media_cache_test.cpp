#include "features/playback/media_cache.hpp"

#include <gtest/gtest.h>

namespace reprise::playback {
namespace {

using session::RecordingId;

const RecordingId kOne("01936200-0000-7000-8000-000000000001");
const RecordingId kOther("01936200-0000-7000-8000-000000000002");
const MediaFile kFilm{.path = "/views/one/1/media.webm", .version = 1, .bytes = 7};
constexpr MediaCache::Clock::time_point kNow{std::chrono::hours(1)};

TEST(MediaCacheTest, KeepsForAWhile) {
  MediaCache cache;
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow), std::nullopt);
  cache.keep(access::Reach::everything(), kOne, kFilm, cache.changes(), kNow);
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow), kFilm);
  EXPECT_EQ(cache.find(access::Reach::everything(), kOther, kNow), std::nullopt);
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow + MediaCache::kKept), std::nullopt);
}

TEST(MediaCacheTest, WhatWasLookedUpBeforeAChangeIsNotKept) {
  MediaCache cache;
  const auto before = cache.changes();
  cache.forget();
  cache.keep(access::Reach::everything(), kOne, kFilm, before, kNow);
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow), std::nullopt);
}

TEST(MediaCacheTest, AChangeForgets) {
  MediaCache cache;
  cache.keep(access::Reach::everything(), kOne, kFilm, cache.changes(), kNow);
  cache.forget();
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow), std::nullopt);
}

TEST(MediaCacheTest, WhatOneUserFoundIsNotThereForAnother) {
  MediaCache cache;
  const auto ada = access::Reach::of(access::UserId("ada"));
  const auto ben = access::Reach::of(access::UserId("ben"));
  cache.keep(ada, kOne, kFilm, cache.changes(), kNow);
  EXPECT_EQ(cache.find(ada, kOne, kNow), kFilm);
  EXPECT_EQ(cache.find(ben, kOne, kNow), std::nullopt);
  EXPECT_EQ(cache.find(access::Reach::of(access::UserId("")), kOne, kNow), std::nullopt);
}

TEST(MediaCacheTest, HoldsNoMoreThanItsLimit) {
  MediaCache cache;
  cache.keep(access::Reach::everything(), kOne, kFilm, cache.changes(), kNow);
  for (std::size_t i = 1; i <= MediaCache::kEntriesMax; ++i) {
    cache.keep(access::Reach::everything(), RecordingId(std::to_string(i)), kFilm, cache.changes(),
               kNow);
  }
  EXPECT_EQ(cache.find(access::Reach::everything(), kOne, kNow), std::nullopt);
  EXPECT_EQ(cache.find(access::Reach::everything(),
                       RecordingId(std::to_string(MediaCache::kEntriesMax)), kNow),
            kFilm);
}

}  // namespace
}  // namespace reprise::playback
