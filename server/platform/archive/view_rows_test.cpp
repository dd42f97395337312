// Of which recordings is noted that they need a view.

#include <fstream>

#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ArchiveViewRows : public ArchiveTest {};

TEST_F(ArchiveViewRows, WhatNeedsNoViewIsLookedAtOnce) {
  const auto noted = [this] {
    return run_alone(database_->read(usual_deadline(), [](database::Transaction& transaction) {
      return transaction.first("select needs_view from recording")->integer(0);
    }));
  };
  ASSERT_TRUE(put(0, "0").has_value());
  ASSERT_TRUE(finish(0).has_value());
  EXPECT_EQ(noted(), 1);
  const ViewRow whole{
      .fold_version = 1, .chunk_count = 1, .duration_ns = 7, .files = {{.name = "a", .bytes = 3}}};
  const auto sum = [this] {
    return run_alone(archive_->totals(access::local_user(), {})).duration_ns;
  };
  ASSERT_EQ(run_alone(archive_->store_view(id_, whole)), ViewStored::Yes);
  EXPECT_EQ(noted(), 0);
  EXPECT_EQ(sum(), 7);
  // A program from before the note has stored it.
  run_alone(database_->write(usual_deadline(), [](database::Transaction& transaction) {
    transaction.run("update recording set needs_view = 1, view_duration_ns = 0");
  }));
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  EXPECT_EQ(noted(), 0);
  EXPECT_EQ(sum(), 7);
}

TEST_F(ArchiveViewRows, AChunkThatWasMendedIsWantedInTheView) {
  ASSERT_TRUE(put(0, "0").has_value());
  const fs::path object = objects().front();
  ASSERT_TRUE(put(1, "1").has_value());
  ASSERT_TRUE(finish(1).has_value());
  std::ofstream(object) << "altered";
  EXPECT_FALSE(
      run_alone(archive_->read_chunk(access::Reach::everything(), id_, Seq(0))).has_value());
  const ViewRow less{.fold_version = 1, .chunk_count = 1, .files = {{.name = "a", .bytes = 3}}};
  ASSERT_EQ(run_alone(archive_->store_view(id_, less)), ViewStored::Yes);
  EXPECT_THAT(run_alone(archive_->without_view(1)), IsEmpty());
  ASSERT_TRUE(put(0, "0").has_value());
  EXPECT_THAT(run_alone(archive_->without_view(1)), ElementsAre(id_));
}

}  // namespace
}  // namespace reprise::archive
