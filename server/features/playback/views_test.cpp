#include "features/playback/views.hpp"

#include "features/playback/playback_test_support.hpp"

namespace reprise::playback {
namespace {

namespace fs = std::filesystem;

TEST_F(PlaybackTest, WhatEndsGetsAView) {
  put_all_and_finish();
  const auto media = media_of(1);
  EXPECT_EQ(media.version, 1);
  EXPECT_EQ(media.duration_ns, 3 * kSecond);
  EXPECT_FALSE(media.has_video);
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(media.path)), media.bytes);
  const auto kept = row();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->chunk_count, 3);
  EXPECT_EQ(kept->fold_version, kFoldVersion);
  EXPECT_EQ(kept->first_words, "what is the time");
  const auto turns = manifest().at("turns").as_array();
  ASSERT_EQ(turns.size(), 1);
  EXPECT_EQ(turns[0].at("text"), "what is the time");
}

TEST_F(PlaybackTest, WhileItRunsThereIsATranscriptButNoFile) {
  EXPECT_TRUE(manifest().at("turns").as_array().empty());
  for (std::int64_t seq = 0; seq < 3; ++seq) put_chunk(seq);
  const auto until = Deadline::after(std::chrono::seconds(20));
  while (manifest().at("turns").as_array().empty() && !until.passed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(manifest().at("turns").as_array().size(), 1);
  const auto found = media();
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(*found);
  EXPECT_FALSE(row());
}

TEST_F(PlaybackTest, ALateChunkMakesANewVersionAndTheOldOneStays) {
  put_chunk(0);
  put_chunk(2);
  ASSERT_TRUE(finish(2).has_value());
  const MediaFile first = media_of(1);
  EXPECT_EQ(row()->chunk_count, 2);
  put_chunk(1);
  const MediaFile newest = media_of(2);
  EXPECT_EQ(newest.version, 2);
  EXPECT_EQ(row()->chunk_count, 3);
  const auto recording = run_alone(archive_->find(access::Reach::everything(), id_)).value();
  EXPECT_TRUE(run_alone(views_->is_current(recording, newest)));
  EXPECT_FALSE(run_alone(views_->is_current(recording, first))) << "there is a newer one";
  const auto old = run_alone(views_->old_media(access::Reach::everything(), id_, 1));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->version, 1);
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(old->path)), old->bytes);
  EXPECT_FALSE(run_alone(views_->old_media(access::Reach::everything(), id_, 7)));
}

TEST_F(PlaybackTest, AFinishedViewIsThereForItsOwnerOnly) {
  put_all_and_finish();
  const auto ada = access::Reach::of(access::local_user());
  const auto ben = access::Reach::of(access::UserId(new_uuid7()));
  media_of(1);
  ASSERT_TRUE(run_alone(views_->media(ada, id_)).value()) << "now it is in the cache";
  const auto not_found = [](const auto& answer) {
    return !answer && answer.error().code == ErrorCode::NotFound;
  };
  EXPECT_TRUE(not_found(run_alone(views_->media(ben, id_))));
  EXPECT_TRUE(not_found(run_alone(views_->still(ben, id_, kThumbnailSmall))));
  EXPECT_FALSE(run_alone(views_->old_media(ben, id_, 1)));
  EXPECT_TRUE(run_alone(views_->old_media(ada, id_, 1)));
  EXPECT_EQ(run_alone(views_->texts(ben, id_)).manifest.find("what is the time"),
            std::string::npos);
}

TEST_F(PlaybackTest, DamagedFilesAreMadeAnew) {
  put_all_and_finish();
  const auto first = media_of(1);
  end_views();
  fs::resize_file(first.path, 10);
  fs::resize_file(first.path.parent_path() / "manifest.json", 0);
  begin_views();
  const auto found = media();
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(*found);
  EXPECT_GT(media_of(1).bytes, 10);
  EXPECT_EQ(manifest().at("turns").as_array().size(), 1);
}

TEST_F(PlaybackTest, AStartMakesWhatIsAbsent) {
  end_views();
  put_all_and_finish();
  begin_views();
  EXPECT_FALSE(row());
  on_executor(views_->resume());
  ASSERT_TRUE(row());
  EXPECT_EQ(row()->version, 1);
  on_executor(views_->resume());
  EXPECT_EQ(row()->version, 1) << "it was there";
  fs::remove_all(views_root() / id_.value);
  const auto found = media();
  EXPECT_TRUE(found && !*found);
  media_of(1);
}

TEST_F(PlaybackTest, ErasingStopsTheFoldAndTakesTheFiles) {
  for (std::int64_t seq = 0; seq < 2; ++seq) put_chunk(seq);
  EXPECT_TRUE(run_alone(views_->on_erased(id_, Deadline::after(std::chrono::seconds(10)))));
  EXPECT_FALSE(fs::exists(views_root() / id_.value));
  put_chunk(2);
  ASSERT_TRUE(finish(2).has_value());
  media_of(1);
  ASSERT_TRUE(run_alone(archive_->erase(access::Reach::everything(), id_)).has_value());
  EXPECT_FALSE(fs::exists(views_root() / id_.value));
  EXPECT_FALSE(media().has_value());
}

TEST_F(PlaybackTest, ErasingStopsAFoldThatHasFarToGo) {
  constexpr std::int64_t kSeq = 8'000;  // so high that positions may be hours away
  recording::scenario::Session session;
  session.started();
  session.anchors(20 * 3600 * 48'000LL, 20 * 3600 * 48'000LL + 48'000);
  Bytes bytes = session.chunks([](std::size_t) { return false; }).front();
  const archive::ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
  ASSERT_TRUE(run_alone(archive_->put_chunk(access::Reach::everything(), id_, Seq(kSeq), expected,
                                            std::move(bytes))));
  ASSERT_TRUE(finish(kSeq).has_value());
  manifest();  // the fold runs once this is answered
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(run_alone(views_->on_erased(id_, Deadline::after(std::chrono::seconds(20)))));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_FALSE(row());
}

TEST_F(PlaybackTest, ATextThatIsDamagedIsMadeAnew) {
  put_all_and_finish();
  const auto first = media_of(1);
  end_views();
  fs::resize_file(first.path.parent_path() / "manifest.json", 0);
  begin_views();
  manifest();
  EXPECT_EQ(version_in_time(2), 2);
}

TEST_F(PlaybackTest, AViewIsCurrentOnceItIsMade) {
  const auto before = run_alone(archive_->find(access::Reach::everything(), id_)).value();
  EXPECT_FALSE(run_alone(views_->is_current(before, std::nullopt)));
  put_all_and_finish();
  const auto media = media_of(1);
  const auto recording = run_alone(archive_->find(access::Reach::everything(), id_)).value();
  EXPECT_TRUE(run_alone(views_->is_current(recording, std::nullopt)));
  EXPECT_TRUE(run_alone(views_->is_current(recording, media)));
}

TEST_F(PlaybackTest, AStillIsServedWhileItIsWhatItsRowSays) {
  EXPECT_EQ(run_alone(views_->still(access::Reach::everything(), id_, kStrip)).value(),
            std::nullopt);
  put_all_and_finish();
  const fs::path folder = media_of(1).path.parent_path();
  std::ofstream(folder / kStrip) << "strip";
  run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
    transaction.run("insert into recording_view_file values ($1, $2, 5, $3)",
                    {id_.value, kStrip, hex(sha256(as_bytes("strip")))});
  }));
  const auto still = run_alone(views_->still(access::Reach::everything(), id_, kStrip));
  ASSERT_TRUE(still.has_value() && *still);
  EXPECT_EQ((*still)->path, folder / kStrip);
  EXPECT_EQ((*still)->bytes, 5);
  EXPECT_EQ(
      run_alone(views_->still(access::Reach::everything(), id_, kThumbnailSmall)).error().type,
      "no-picture");
  fs::resize_file(folder / kStrip, 4);
  EXPECT_EQ(run_alone(views_->still(access::Reach::everything(), id_, kStrip)).value(),
            std::nullopt);
}

TEST_F(PlaybackTest, WhatIsUnknownHasNoMedia) {
  const auto found =
      run_alone(views_->media(access::Reach::everything(), session::RecordingId("unknown")));
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise::playback
