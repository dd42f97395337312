// What the views of one node learn of what others have stored, ended and erased.

#include <algorithm>
#include <future>

#include "features/playback/playback_test_support.hpp"
#include "features/playback/view_objects.hpp"
#include "platform/blob/store_for_test.hpp"

namespace reprise::playback {
namespace {

/// Lets something happen once, before an object is stored.
class HookedStore final : public blob::StoreForTest {
 public:
  using StoreForTest::StoreForTest;
  Task<Result<blob::BlobInfo>> put(blob::BlobKey key, Bytes content, Deadline deadline) override {
    if (const auto hook = std::exchange(before_put, nullptr)) std::thread(hook).join();
    co_return co_await StoreForTest::put(std::move(key), std::move(content), deadline);
  }
  std::function<void()> before_put;
};

class ViewsSharedTest : public PlaybackTest {
 protected:
  ViewsSharedTest() {
    end_views();
    archive_.emplace(*database_, *blobs_, pool_, options());
    views_.emplace(*archive_, views_root(), folds_, pool_, context_.get_executor(),
                   std::chrono::steady_clock::now, &objects_);
    archive_->listen(*views_);
    other_.listen(deaf_);
  }
  ~ViewsSharedTest() override { end_views(); }
  archive::ArchiveOptions options() {
    return {.min_free_bytes = 0,
            .jobs = {.nodes = jobs::Nodes::Several, .now_utc_ns = [this] { return now_; }},
            .now_utc_ns = [this] { return now_; }};
  }
  void put_elsewhere(std::int64_t seq) { put_elsewhere(id_, seq); }
  void put_elsewhere(const session::RecordingId& id, std::int64_t seq) {
    Bytes bytes = chunks().at(static_cast<std::size_t>(seq));
    const archive::ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    ASSERT_TRUE(run_alone(
        other_.put_chunk(access::Reach::everything(), id, Seq(seq), expected, std::move(bytes))));
  }
  void finish_elsewhere() { finish_elsewhere(id_); }
  void finish_elsewhere(const session::RecordingId& id) {
    ASSERT_TRUE(run_alone(other_.finish(access::Reach::everything(), id, 2, RecordingEnd::Hangup))
                    .has_value());
  }
  void add_fold(const session::RecordingId& id) {
    run_alone(database_->write(database::usual_deadline(), [&](database::Transaction& transaction) {
      archive_->jobs().add(transaction, jobs::Kind::Fold, id.value, {});
    }));
  }
  /// Whether `is_so` within some seconds. Does `meanwhile` between two looks.
  static bool in_time(const std::function<bool()>& is_so, const std::function<void()>& meanwhile) {
    const auto until = Deadline::after(std::chrono::seconds(60));
    while (!is_so()) {
      if (until.passed()) return false;
      meanwhile();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  bool has_a_turn() { return !manifest().at("turns").as_array().empty(); }
  bool keeps_anything() {
    return cache_.bytes() > 0 ||
           !run_alone(list_all(*blobs_, blob::BlobKey("views"), Deadline::never())).empty();
  }
  void look_around() { on_executor(views_->look_around()); }

  archive::Archive other_{*database_, *blobs_, pool_, options()};
  blob::RangeCache cache_{*blobs_, directory_ / "cache", pool_, context_.get_executor(),
                          16 * blob::RangeCache::kBlockBytes};
  HookedStore store_{*blobs_};
  ViewObjects objects_{store_, cache_, pool_};
};

TEST_F(ViewsSharedTest, AChunkOfAnotherNodeIsFoldedWhenTheNodeTellsOfIt) {
  put_chunk(0);
  EXPECT_FALSE(has_a_turn());
  put_elsewhere(1);
  put_elsewhere(2);
  views_->on_told("fold " + id_.value);
  EXPECT_TRUE(in_time([this] { return has_a_turn(); }, [] {}));
}

TEST_F(ViewsSharedTest, AChunkOfAnotherNodeIsFoundByALook) {
  put_chunk(0);
  EXPECT_FALSE(has_a_turn());
  put_elsewhere(1);
  put_elsewhere(2);
  EXPECT_TRUE(in_time([this] { return has_a_turn(); }, [this] { look_around(); }));
}

TEST_F(ViewsSharedTest, WhatAnotherNodeFoldsIsShownHereWithEachAsk) {
  ASSERT_TRUE(run_alone(other_.jobs().take(jobs::Kind::Fold, id_.value, jobs::Wish::Now)));
  put_elsewhere(0);
  EXPECT_FALSE(has_a_turn());
  put_elsewhere(1);
  put_elsewhere(2);
  EXPECT_TRUE(has_a_turn()) << "nobody has told, and nothing was waited for";
  EXPECT_FALSE(std::filesystem::exists(views_root() / id_.value)) << "only to read";
  finish_elsewhere();
  EXPECT_TRUE(has_a_turn()) << "until the other node has made the view";
  ASSERT_TRUE(run_alone(other_.erase(access::Reach::everything(), id_)).has_value());
  EXPECT_FALSE(has_a_turn());
}

TEST_F(ViewsSharedTest, WhatWasShownStaysWhileThisNodeTakesTheFoldOver) {
  ASSERT_TRUE(run_alone(other_.jobs().take(jobs::Kind::Fold, id_.value, jobs::Wish::Now)));
  for (const std::int64_t seq : {0, 1, 2}) put_elsewhere(seq);
  EXPECT_TRUE(has_a_turn());
  run_alone(other_.jobs().give_back(jobs::Kind::Fold, id_.value));
  const auto is_here = [this] {
    const auto all = run_alone(archive_->jobs().list(1));
    return !all.empty() && archive_->jobs().is_at_work(jobs::Kind::Fold, id_.value);
  };
  EXPECT_TRUE(in_time(is_here, [this] { EXPECT_TRUE(has_a_turn()); }));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(has_a_turn());
}

TEST_F(ViewsSharedTest, AnEndOnAnotherNodeMakesTheViewWhenItIsTold) {
  for (const std::int64_t seq : {0, 1, 2}) put_chunk(seq);
  EXPECT_TRUE(in_time([this] { return has_a_turn(); }, [] {}));
  finish_elsewhere();
  views_->on_told("fold " + id_.value);
  EXPECT_EQ(version_in_time(1), 1);
  EXPECT_EQ(row()->chunk_count, 3);
}

TEST_F(ViewsSharedTest, AnEndOnAnotherNodeIsFoundByALook) {
  put_chunk(0);
  EXPECT_FALSE(has_a_turn());
  put_elsewhere(1);
  put_elsewhere(2);
  finish_elsewhere();
  EXPECT_TRUE(in_time([this] { return row().has_value(); }, [this] { look_around(); }));
  EXPECT_EQ(row()->chunk_count, 3);
}

TEST_F(ViewsSharedTest, AnEndHereFindsTheChunksOfOtherNodes) {
  put_chunk(0);
  EXPECT_FALSE(has_a_turn());
  put_elsewhere(1);
  put_elsewhere(2);
  ASSERT_TRUE(finish(2).has_value());
  EXPECT_EQ(version_in_time(1), 1);
  EXPECT_EQ(row()->chunk_count, 3);
  EXPECT_TRUE(in_time([this] { return run_alone(archive_->jobs().list(1)).empty(); }, [] {}));
}

TEST_F(ViewsSharedTest, AChunkThatComesElsewhereWhileTheViewIsStoredMakesTheNext) {
  put_chunk(0);
  put_chunk(2);
  store_.before_put = [this] { put_elsewhere(1); };
  ASSERT_TRUE(finish(2).has_value());
  EXPECT_EQ(version_in_time(2), 2);
  EXPECT_EQ(row()->chunk_count, 3);
}

TEST_F(ViewsSharedTest, AVersionThatAnotherNodeHasStoredFirstIsNotReplaced) {
  for (const std::int64_t seq : {0, 1, 2}) put_chunk(seq);
  archive::ViewStored elsewhere = archive::ViewStored::Erased;
  store_.before_put = [&] {
    elsewhere = run_alone(other_.store_view(id_, archive::ViewRow{.version = 1}));
  };
  ASSERT_TRUE(finish(2).has_value());
  EXPECT_EQ(version_in_time(2), 2);
  EXPECT_EQ(elsewhere, archive::ViewStored::Yes);
  EXPECT_EQ(row()->chunk_count, 3);
}

TEST_F(ViewsSharedTest, AServerThatStopsGivesItsFoldsToOthers) {
  put_chunk(0);
  EXPECT_TRUE(in_time([this] { return !run_alone(archive_->jobs().list(1)).empty(); }, [] {}));
  EXPECT_FALSE(has_a_turn());
  end_views();
  EXPECT_THAT(run_alone(other_.jobs().due(jobs::Kind::Fold, 10)), testing::ElementsAre(id_.value));
}

TEST_F(ViewsSharedTest, AFoldWhoseJobAnotherNodeHasTakenEnds) {
  const auto building = views_root() / id_.value / "building";
  put_chunk(0);
  EXPECT_TRUE(in_time([&] { return std::filesystem::exists(building); }, [] {}));
  run_alone(database_->write(database::usual_deadline(), [](database::Transaction& transaction) {
    transaction.run("update job set owner = 'another node'");
  }));
  run_alone(archive_->jobs().renew());
  EXPECT_TRUE(
      in_time([&] { return !std::filesystem::exists(building); }, [this] { look_around(); }));
}

TEST_F(ViewsSharedTest, AFoldThatNobodyMakesIsTakenOver) {
  for (const std::int64_t seq : {0, 1, 2}) put_elsewhere(seq);
  finish_elsewhere();
  add_fold(id_);
  look_around();
  EXPECT_EQ(version_in_time(1), 1);
}

TEST_F(ViewsSharedTest, OfManyFoldsThatNobodyMakesOnlySomeAreTakenAtOnce) {
  constexpr std::size_t kMany = 12;
  constexpr std::ptrdiff_t kAtOnce = 8;
  std::vector<session::RecordingId> ids;
  ids.reserve(kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    ids.push_back(begin());
    for (const std::int64_t seq : {0, 1, 2}) put_elsewhere(ids.back(), seq);
    finish_elsewhere(ids.back());
    add_fold(ids.back());
  }
  const auto here = [&] {
    return std::ranges::count_if(ids, [this](const session::RecordingId& id) {
      return archive_->jobs().is_at_work(jobs::Kind::Fold, id.value);
    });
  };
  std::promise<void> begun;
  std::promise<void> go_on;
  std::thread busy([&] {
    run_alone(folds_.run([&] {
      begun.set_value();
      go_on.get_future().wait();
    }));
  });
  begun.get_future().wait();
  for (int i = 0; i < 5; ++i) look_around();
  EXPECT_TRUE(in_time([&] { return here() == kAtOnce; }, [] {}));
  for (int i = 0; i < 5; ++i) look_around();
  EXPECT_EQ(here(), kAtOnce);
  go_on.set_value();
  busy.join();
  const auto all_made = [&] {
    return std::ranges::all_of(ids, [this](const session::RecordingId& id) {
      return run_alone(archive_->find_view(access::Reach::everything(), id))->has_value();
    });
  };
  EXPECT_TRUE(in_time(all_made, [this] { look_around(); }));
}

TEST_F(ViewsSharedTest, WhatAnotherNodeErasedGoesWhenItIsTold) {
  put_all_and_finish();
  media_of(1);
  EXPECT_TRUE(keeps_anything());
  ASSERT_TRUE(run_alone(other_.erase(access::Reach::everything(), id_)).has_value());
  views_->on_told("erased " + id_.value);
  EXPECT_TRUE(in_time([this] { return !keeps_anything(); }, [] {}));
}

TEST_F(ViewsSharedTest, WhatAnotherNodeErasedWhileThisOneWasAwayGoes) {
  put_all_and_finish();
  media_of(1);
  on_executor(views_->drop_erased());
  EXPECT_TRUE(keeps_anything()) << "it is not erased";
  ASSERT_TRUE(run_alone(other_.erase(access::Reach::everything(), id_)).has_value());
  on_executor(views_->drop_erased());
  EXPECT_FALSE(keeps_anything());
}

TEST_F(ViewsSharedTest, WordsThatNameNothingDoNothing) {
  for (const std::string& words :
       {std::string(), std::string("fold"), std::string("erased "), "fold " + new_uuid7(),
        "erased " + new_uuid7(), std::string("fold x")}) {
    views_->on_told(words);
  }
  look_around();
  EXPECT_EQ(row(), std::nullopt);
}

}  // namespace
}  // namespace reprise::playback
