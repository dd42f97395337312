#include <algorithm>

#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class EndingsTest : public ArchiveTest {
 protected:
  bool is_live(const LiveSessionId& id) {
    return !run_alone(LiveSessions(*database_, *archive_).find(access::Reach::everything(), id))
                ->reason.has_value();
  }
  /// Looks now and `seconds` later.
  void sweep_after(std::int64_t seconds) {
    run_alone(archive_->sweep());
    steady_ += std::chrono::seconds(seconds);
    run_alone(archive_->sweep());
  }
};

TEST_F(EndingsTest, TheLastChunkMayComeAfterTheEnd) {
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_EQ(finish(1)->state, RecordingState::CompleteWithGaps);
  EXPECT_EQ(type_of(put(2, "2")), "chunk-beyond-last");
  ASSERT_TRUE(put(1, "1").has_value());
  EXPECT_EQ(find()->state, RecordingState::Complete);
}

TEST_F(EndingsTest, AListNamesWhatIsMissingOfAnEndedRecordingOnly) {
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(put(2, "2").has_value());
  const auto missing = [this] {
    return run_alone(archive_->list(access::local_user(), {})).items.at(0).missing_seqs;
  };
  EXPECT_THAT(missing(), IsEmpty()) << "the rest may be on its way";
  EXPECT_FALSE(find()->quiet);
  ASSERT_TRUE(finish(2).has_value());
  EXPECT_THAT(missing(), ElementsAre(1));
}

TEST_F(EndingsTest, AnAbandonedRecordingIsToldToTheListener) {
  ASSERT_TRUE(put(0, "0").has_value());
  sweep_after(601);
  EXPECT_THAT(heard_.calls, ElementsAre("chunk 0", "ended"));
}

TEST_F(EndingsTest, ATalkThatIsNotRecordedMayLastAsLongAsItsToken) {
  ASSERT_TRUE(finish(-1).has_value());
  const LiveSessionId id(new_uuid7());
  constexpr std::int64_t kToken = 1800;
  ASSERT_TRUE(run_alone(LiveSessions(*database_, *archive_)
                            .create({.owner = access::local_user(),
                                     .id = id,
                                     .chat_id = chat_,
                                     .model = "m",
                                     .recording_id = std::nullopt,
                                     .consent = std::nullopt,
                                     .token_expires_utc_ns = now_ + kToken * kSecond}))
                  .has_value());
  sweep_after(600 + kToken - 1);
  EXPECT_TRUE(is_live(id));
  sweep_after(2);
  EXPECT_FALSE(is_live(id));
}

TEST_F(EndingsTest, ASweepWhileAnotherOneRunsDoesNothing) {
  const RecordingId other = begin();
  heard_.stuck = other;
  EXPECT_EQ(run_alone(archive_->erase(access::Reach::everything(), other)).value(),
            Erased::FilesFollow);
  heard_.stuck = RecordingId("");
  now_ += 2 * kSecond;
  bool swept = false;
  heard_.while_erasing = [&](const RecordingId&, Deadline) {
    std::thread([&] { run_alone(archive_->sweep()); }).join();
    steady_ += std::chrono::seconds(601);
    std::thread([&] { run_alone(archive_->sweep()); }).join();
    swept = true;
  };
  run_alone(archive_->sweep());
  EXPECT_TRUE(swept);
  EXPECT_EQ(find()->state, RecordingState::Recording);
  heard_.while_erasing = nullptr;
  run_alone(archive_->sweep());
  EXPECT_EQ(find()->reason, RecordingEnd::Abandoned) << "the next one does all of it";
}

}  // namespace
}  // namespace reprise::archive
