#include "domain/analytics/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/clock.hpp"
#include "domain/analytics/event.hpp"

namespace reprise::analytics {
namespace {

using testing::ElementsAre;

std::int64_t at(const char* time) { return parse_rfc3339(time).value(); }

std::vector<std::string> begins(const Range& range) {
  const auto steps = steps_of(range);
  std::vector<std::string> times;
  times.reserve(steps.size());
  for (const std::int64_t begin : steps) times.push_back(rfc3339(begin).substr(0, 16));
  return times;
}

TEST(RangeTest, StepsFollowTheClockOfThePerson) {
  Range range{.from_utc_ns = at("2026-11-27T00:00:00Z"),
              .before_utc_ns = at("2026-11-29T00:00:00Z")};
  EXPECT_THAT(begins(range), ElementsAre("2026-11-27T00:00", "2026-11-28T00:00"));
  range.ahead_ns = 2 * kHourNs;  // their days begin at 22:00 UTC
  EXPECT_THAT(begins(range),
              ElementsAre("2026-11-26T22:00", "2026-11-27T22:00", "2026-11-28T22:00"));
  range.ahead_ns = -5 * kHourNs;
  EXPECT_THAT(begins(range),
              ElementsAre("2026-11-26T05:00", "2026-11-27T05:00", "2026-11-28T05:00"));
  range = {.from_utc_ns = at("2026-11-27T00:00:00Z"),
           .before_utc_ns = at("2026-12-01T00:00:00Z"),
           .step = Step::Week};
  EXPECT_THAT(begins(range), ElementsAre("2026-11-23T00:00", "2026-11-30T00:00")) << "Mondays";
}

TEST(RangeTest, StepsFollowAClockThatChanges) {
  // Berlin: two hours ahead in summer, one in winter.
  Range range{.from_utc_ns = at("2026-10-23T22:00:00Z"),
              .before_utc_ns = at("2026-10-26T12:00:00Z"),
              .ahead_ns = 2 * kHourNs,
              .changes = {{.at_utc_ns = at("2026-10-25T01:00:00Z"), .ahead_ns = kHourNs}}};
  EXPECT_THAT(begins(range),
              ElementsAre("2026-10-23T22:00", "2026-10-24T22:00", "2026-10-25T23:00"))
      << "the 25th has 25 hours";
  range.step = Step::Week;
  EXPECT_THAT(begins(range), ElementsAre("2026-10-18T22:00", "2026-10-25T23:00"));
  range.step = Step::Hour;
  EXPECT_EQ(begins(range).size(), 62U);
  range = {.from_utc_ns = at("2027-03-26T23:00:00Z"),
           .before_utc_ns = at("2027-03-30T00:00:00Z"),
           .ahead_ns = kHourNs,
           .changes = {{.at_utc_ns = at("2027-03-28T01:00:00Z"), .ahead_ns = 2 * kHourNs}}};
  EXPECT_THAT(begins(range), ElementsAre("2027-03-26T23:00", "2027-03-27T23:00", "2027-03-28T22:00",
                                         "2027-03-29T22:00"));
  // A clock that changes at midnight: that day begins at one.
  range = {.from_utc_ns = at("2027-03-26T22:00:00Z"),
           .before_utc_ns = at("2027-03-29T00:00:00Z"),
           .ahead_ns = 2 * kHourNs,
           .changes = {{.at_utc_ns = at("2027-03-27T22:00:00Z"), .ahead_ns = 3 * kHourNs}}};
  EXPECT_THAT(begins(range),
              ElementsAre("2027-03-26T22:00", "2027-03-27T22:00", "2027-03-28T21:00"));
  // The end of a year, and a session in the hour that is there twice.
  range = {.from_utc_ns = at("2026-12-30T23:00:00Z"),
           .before_utc_ns = at("2027-01-01T23:00:00Z"),
           .ahead_ns = kHourNs};
  EXPECT_THAT(begins(range), ElementsAre("2026-12-30T23:00", "2026-12-31T23:00"));
}

TEST(RangeTest, StepsGoOnWhateverAClockIsSaidToDo) {
  Range range{.from_utc_ns = at("2026-10-20T00:00:00Z"),
              .before_utc_ns = at("2026-11-20T00:00:00Z"),
              .ahead_ns = 14 * kHourNs};
  for (int i = 0; i < 12; ++i) {
    range.changes.push_back({.at_utc_ns = at("2026-10-24T00:00:00Z") + i * 20 * kHourNs,
                             .ahead_ns = (i % 2 == 0 ? -14 : 14) * kHourNs});
  }
  const auto steps = steps_of(range);
  EXPECT_LT(steps.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(steps, std::less_equal<>()));
  std::int64_t until = range.from_utc_ns;
  for (const Stretch& part : stretches_of(range)) {
    EXPECT_EQ(part.from_utc_ns, until) << "no hour is left out or counted twice";
    until = part.before_utc_ns;
  }
  EXPECT_EQ(until, range.before_utc_ns);
}

TEST(RangeTest, IsWidenedToWholeHoursAndBounded) {
  const Range range = checked({.from_utc_ns = at("2026-11-27T10:40:00Z"),
                               .before_utc_ns = at("2026-11-27T11:00:01Z"),
                               .ahead_ns = kHourNs * 11 / 2})
                          .value();
  EXPECT_EQ(range.from_utc_ns, at("2026-11-27T10:00:00Z"));
  EXPECT_EQ(range.before_utc_ns, at("2026-11-27T12:00:00Z"));
  EXPECT_EQ(range.ahead_ns, 5 * kHourNs);
  const std::int64_t from = at("2024-01-01T00:00:00Z");
  EXPECT_FALSE(checked({.from_utc_ns = from, .before_utc_ns = from}));
  EXPECT_FALSE(checked({.from_utc_ns = from, .before_utc_ns = at("2026-11-27T00:00:00Z")}));
  EXPECT_FALSE(
      checked({.from_utc_ns = from, .before_utc_ns = from + 1'000 * kHourNs, .step = Step::Hour}));
  for (const char* far : {"1677-09-22T00:00:00Z", "1969-12-31T23:59:59Z", "2262-04-11T00:00:00Z"}) {
    EXPECT_FALSE(checked({.from_utc_ns = at(far), .before_utc_ns = from})) << far;
    EXPECT_FALSE(checked({.from_utc_ns = from, .before_utc_ns = at(far)})) << far;
  }
  EXPECT_FALSE(checked({.from_utc_ns = at("1677-09-22T00:00:00Z"),
                        .before_utc_ns = at("2262-04-11T00:00:00Z"),
                        .step = Step::Hour}))
      << "so long that its length does not fit";
  EXPECT_TRUE(
      checked({.from_utc_ns = from, .before_utc_ns = from + 999 * kHourNs, .step = Step::Hour}));
}

/// "d 27T00 29T00": whole days; "h …": hours.
std::vector<std::string> stretches(const Range& range) {
  const auto parts = stretches_of(range);
  std::vector<std::string> words;
  words.reserve(parts.size());
  for (const Stretch& part : parts) {
    words.push_back((part.whole_days ? "d " : "h ") + rfc3339(part.from_utc_ns).substr(8, 5) + " " +
                    rfc3339(part.before_utc_ns).substr(8, 5));
  }
  return words;
}

TEST(RangeTest, IsReadByWholeDaysWhereNoDayLiesInTwoSteps) {
  Range range{.from_utc_ns = at("2026-11-25T22:00:00Z"),
              .before_utc_ns = at("2026-12-01T03:00:00Z")};
  EXPECT_THAT(stretches(range), ElementsAre("h 25T22 26T00", "d 26T00 01T00", "h 01T00 01T03"));
  range.step = Step::Week;
  EXPECT_THAT(stretches(range), ElementsAre("h 25T22 26T00", "d 26T00 01T00", "h 01T00 01T03"));
  range.ahead_ns = 2 * kHourNs;  // their Monday begins on Sunday at 22:00 UTC
  EXPECT_THAT(stretches(range), ElementsAre("h 25T22 26T00", "d 26T00 29T00", "h 29T00 30T00",
                                            "d 30T00 01T00", "h 01T00 01T03"));
  range.step = Step::Day;
  EXPECT_THAT(stretches(range), ElementsAre("h 25T22 01T03")) << "each day lies in two of theirs";
  range = {.from_utc_ns = at("2026-11-27T09:00:00Z"),
           .before_utc_ns = at("2026-11-27T10:00:00Z"),
           .step = Step::Hour};
  EXPECT_THAT(stretches(range), ElementsAre("h 27T09 27T10"));
  range.before_utc_ns = at("2026-11-30T00:00:00Z");
  EXPECT_THAT(stretches(range), ElementsAre("h 27T09 30T00"));
}

Sums one(std::int32_t gap_ms) {
  Sums sums;
  sums[Count::Sessions] = 1;
  sums[Count::PromptSound] = 10;
  sums[Series::GapMs].push_back(gap_ms);
  return sums;
}

TEST(ReportTest, AddsHoursToStepsModelsAndAll) {
  ReportMaker maker(
      {.from_utc_ns = at("2026-11-27T00:00:00Z"), .before_utc_ns = at("2026-11-29T00:00:00Z")});
  EXPECT_TRUE(maker.add(at("2026-11-27T23:00:00Z"), "a", text_of(one(100))));
  EXPECT_TRUE(maker.add(at("2026-11-28T00:00:00Z"), "a", text_of(one(200))));
  maker.add(at("2026-11-28T23:00:00Z"), "b", one(300));
  maker.add(at("2026-11-29T00:00:00Z"), "b", one(400));  // outside
  maker.add(at("2026-11-26T23:00:00Z"), "b", one(500));  // outside
  EXPECT_FALSE(maker.add(at("2026-11-28T23:00:00Z"), "b", "0 nothing of ours"));
  const Report report = maker.take();
  ASSERT_EQ(report.steps.size(), 2);
  EXPECT_THAT(report.steps[0][Series::GapMs], ElementsAre(100));
  EXPECT_THAT(report.steps[1][Series::GapMs], ElementsAre(200, 300));
  EXPECT_THAT(report.models.at("a")[Series::GapMs].sorted(), ElementsAre(100, 200));
  EXPECT_EQ(report.total[Count::Sessions], 3);
  EXPECT_THAT(report.total[Series::GapMs].sorted(), ElementsAre(100, 200, 300));
  ASSERT_EQ(report.models_in_steps.size(), 3);
  EXPECT_EQ(report.models_in_steps.at({1, "b"})[static_cast<std::size_t>(Count::PromptSound)], 10);
}

}  // namespace
}  // namespace reprise::analytics
