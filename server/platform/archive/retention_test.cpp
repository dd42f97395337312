#include "domain/session/retention.hpp"

#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kDay = 86'400 * kSecond;

class RetentionTest : public ArchiveTest {
 protected:
  RetentionTest() {
    archive_.emplace(*database_, *blobs_, pool_,
                     ArchiveOptions{.min_free_bytes = 0,
                                    .jobs = {.now_utc_ns = [this] { return now_; }},
                                    .retention = {.days = 30, .days_min = 7, .days_max = 90},
                                    .on_expired =
                                        [this](database::Transaction&, const RecordingId& id) {
                                          expired_.push_back(id.value);
                                        },
                                    .now_utc_ns = [this] { return now_; },
                                    .now_steady = [this] { return steady_; }});
    archive_->listen(heard_);
  }
  void end() {
    ASSERT_TRUE(put(0, "words").has_value());
    ASSERT_TRUE(finish(0).has_value());
  }
  void keep(std::optional<std::int64_t> days, bool hold = false) {
    ASSERT_TRUE(
        run_alone(archive_->keep(access::Reach::everything(), id_, {.days = days, .hold = hold})));
  }
  bool is_there_after(std::int64_t span) {
    now_ += span;
    run_alone(archive_->sweep());
    return find().has_value();
  }
  std::vector<std::string> expired_;
};

TEST_F(RetentionTest, ARecordingIsErasedWhenItsTimeIsOver) {
  end();
  EXPECT_EQ(find()->expires_utc_ns, now_ + 30 * kDay);
  EXPECT_TRUE(is_there_after(30 * kDay - kSecond));
  EXPECT_THAT(expired_, IsEmpty());
  EXPECT_FALSE(is_there_after(kSecond));
  EXPECT_THAT(expired_, ElementsAre(id_.value));
  EXPECT_TRUE(objects().empty());
}

TEST_F(RetentionTest, ItsOwnerChoosesAnotherTime) {
  end();
  keep(7);
  EXPECT_EQ(find()->keep_days, 7);
  keep(90);
  EXPECT_TRUE(is_there_after(89 * kDay));
  keep(std::nullopt);
  EXPECT_FALSE(is_there_after(0));
}

TEST_F(RetentionTest, AChoiceOutOfBoundsIsRefused) {
  end();
  for (const std::int64_t days : {6, 91}) {
    const auto refused =
        run_alone(archive_->keep(access::Reach::everything(), id_, {.days = days}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "retention-out-of-bounds");
  }
  const auto absent =
      run_alone(archive_->keep(access::Reach::everything(), RecordingId(new_uuid7()), {.days = 6}));
  EXPECT_EQ(absent.error().code, ErrorCode::NotFound);
}

TEST_F(RetentionTest, WhatRunsIsNotDue) {
  ASSERT_TRUE(put(0, "words").has_value());
  EXPECT_FALSE(find()->expires_utc_ns);
}

TEST_F(RetentionTest, AHoldWins) {
  end();
  keep(7, true);
  EXPECT_EQ(find()->hold, session::Hold::Own);
  EXPECT_TRUE(is_there_after(365 * kDay));
  const auto refused = run_alone(archive_->erase(access::Reach::everything(), id_));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "recording-held");
  keep(7, false);
  EXPECT_FALSE(is_there_after(0));
}

}  // namespace
}  // namespace reprise::archive
