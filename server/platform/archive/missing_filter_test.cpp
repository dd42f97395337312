// The library's filter says what its rows say.

#include "platform/archive/archive_test_support.hpp"

namespace reprise::archive {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

class ArchiveMissingFilter : public ArchiveTest {
 protected:
  /// A recording that has ended and has a view.
  std::string folded(std::int64_t last_seq, const ViewRow& view) {
    const RecordingId id = begin();
    EXPECT_TRUE(
        run_alone(archive_->finish(access::Reach::everything(), id, last_seq, RecordingEnd::Hangup))
            .has_value());
    EXPECT_EQ(run_alone(archive_->store_view(id, view)), ViewStored::Yes);
    return id.value;
  }
  std::vector<std::string> ids(RecordingMissing missing) {
    const RecordingFilter filter{.missing = missing};
    const auto page = run_alone(archive_->list(access::local_user(), {}, filter));
    std::vector<std::string> found;
    found.reserve(page.items.size());
    for (const Recording& one : page.items) found.push_back(one.id.value);
    EXPECT_EQ(run_alone(archive_->totals(access::local_user(), filter)).recordings,
              static_cast<std::int64_t>(found.size()));
    return found;
  }
};

// The recording of the fixture still runs, so that it is in neither list.
TEST_F(ArchiveMissingFilter, WhatLacksSomethingIsToldFromWhatIsWhole) {
  std::vector<std::string> lacking;
  for (const ViewRow& view :
       {ViewRow{.missing = {.microphone_ns = 1}}, ViewRow{.missing = {.model_ns = 1}},
        ViewRow{.missing = {.camera_ns = 1}}, ViewRow{.missing = {.messages_ns = 1}},
        ViewRow{.left_out = true}}) {
    lacking.push_back(folded(-1, view));
  }
  lacking.push_back(folded(0, {}));  // its chunk is not here
  const std::string whole = folded(-1, {});
  EXPECT_THAT(ids(RecordingMissing::None), ElementsAre(whole));
  EXPECT_THAT(ids(RecordingMissing::Some), UnorderedElementsAreArray(lacking));
}

}  // namespace
}  // namespace reprise::archive
