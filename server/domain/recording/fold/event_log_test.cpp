#include "domain/recording/fold/event_log.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

EventRow row_of(std::string kind, std::int64_t page_us) {
  return {.kind = std::move(kind),
          .page = PageUs(page_us),
          .context_frame = std::nullopt,
          .on = std::nullopt,
          .count = std::nullopt,
          .item = std::nullopt,
          .detail_json = "{}"};
}

TEST(EventLogTest, PlacesWhatLiesBeforeAFrame) {
  PageMap page;
  page.set_fallback(PageUs(0), Frame(0));
  EventLog log;
  log.add(row_of("mark", 20'000), Frame(0));  // frame 960
  log.place_until(Frame(960), page, Frame(96'000));
  EXPECT_TRUE(log.events().empty());
  log.place_until(Frame(961), page, Frame(96'000));
  ASSERT_EQ(log.events().size(), 1U);
  EXPECT_EQ(log.events()[0].at_ns, 20'000'000);
  EXPECT_EQ(log.placed_by_order(), 0);
}

TEST(EventLogTest, KeepsOnlyTheKindsThatAreShown) {
  PageMap page;
  EventLog log;
  log.add(row_of("caption_shown", 0), Frame(0));
  log.add(row_of("journal", 0), Frame(0));
  log.add(row_of("hang_up", 0), Frame(0));
  log.place_until(Frame(1), page, Frame(0));
  ASSERT_EQ(log.events().size(), 1U);
  EXPECT_EQ(log.events()[0].kind, "hang_up");
}

}  // namespace
}  // namespace reprise::recording
