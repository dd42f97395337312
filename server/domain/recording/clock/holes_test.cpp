#include "domain/recording/clock/holes.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <utility>

namespace reprise::recording {
namespace {

using Spans = std::vector<std::pair<std::int64_t, std::int64_t>>;

constexpr Frame second(std::int64_t count) { return Frame(count * kMediaRate); }
constexpr std::int64_t kNs = 1'000'000'000;

/// In seconds.
std::vector<TimeRange> ranges(const Spans& spans) {
  std::vector<TimeRange> result;
  for (const auto& [start, end] : spans) result.push_back({start * kNs, end * kNs});
  return result;
}
Spans spans_of(const std::vector<TimeRange>& ranges) {
  Spans result;
  for (const auto& range : ranges) result.emplace_back(range.start_ns / kNs, range.end_ns / kNs);
  return result;
}

/// Chunks of a second each; those that have a number of `lost` are missing.
Holes recording(std::int64_t chunks, const std::vector<std::int64_t>& lost) {
  Holes holes;
  Frame now(0);
  for (std::int64_t seq = 0; seq < chunks; ++seq) {
    if (std::ranges::count(lost, seq) > 0) continue;
    holes.begin_chunk(seq, now);
    holes.reach(now);  // a message that names no place
    holes.reach(now = second(seq));
    holes.reach(now = second(seq + 1));
  }
  return holes;
}

struct Case {
  const char* name;
  std::vector<std::int64_t> lost;
  Spans gaps;
  Spans want;
};
class HolesTest : public testing::TestWithParam<Case> {};
TEST_P(HolesTest, GapsLieWhereChunksAreMissing) {
  const Holes holes = recording(20, GetParam().lost);
  EXPECT_EQ(spans_of(holes.narrowed(ranges(GetParam().gaps))), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(
    Gaps, HolesTest,
    testing::Values(Case{"NoChunkIsMissing", {}, {{2, 9}}, {{2, 9}}},
                    Case{"TheGapIsLonger", {4, 5}, {{2, 9}}, {{4, 6}}},
                    Case{"TwoHolesInOneGap", {4, 5, 8}, {{2, 15}}, {{4, 6}, {8, 9}}},
                    Case{"TheGapLiesElsewhere", {4}, {{5, 9}, {1, 4}}, {{5, 9}, {1, 4}}},
                    Case{"TheGapBeginsInTheHole", {4, 5}, {{5, 9}}, {{5, 6}}},
                    Case{"TheBeginningIsMissing", {0, 1, 2}, {{0, 7}}, {{0, 3}}},
                    Case{"TheEndIsMissing", {18, 19}, {{2, 9}}, {{2, 9}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(Holes, AMessageThatComesBeforeAPlaceIsNamedLiesInTheHole) {
  Holes holes;
  holes.begin_chunk(0, Frame(0));
  holes.reach(second(3));
  const Frame before = holes.arrival(second(3));
  EXPECT_EQ(before, second(3));
  holes.skip(second(3));
  holes.begin_chunk(2, second(3));
  const Frame after = holes.arrival(second(3));
  holes.reach(second(5));
  const auto gap = holes.narrowed({{ns_of_frame(second(1)), ns_of_frame(after)}});
  EXPECT_EQ(spans_of(gap), (Spans{{3, 5}}));
  EXPECT_EQ(spans_of(holes.narrowed({{kNs, ns_of_frame(before)}})), (Spans{{1, 3}}))
      << "what was lost just before the hole lies there";
}

TEST(Holes, NumbersMayBeUnknownAndComeAgain) {
  Holes holes;
  holes.begin_chunk(std::nullopt, Frame(0));
  holes.reach(second(1));
  holes.begin_chunk(std::nullopt, second(1));
  holes.begin_chunk(0, second(1));
  holes.begin_chunk(0, second(1));
  holes.reach(second(9));
  EXPECT_EQ(spans_of(holes.narrowed(ranges({{0, 9}}))), (Spans{{0, 9}}));
}

TEST(Holes, TheirNumberIsBounded) {
  Holes holes;
  constexpr auto kMore = static_cast<std::int64_t>(kGapsPerChannelMax) + 5;
  for (std::int64_t i = 0; i < kMore; ++i) {
    holes.skip(second(2 * i));
    holes.reach(second(2 * i + 1));
  }
  EXPECT_EQ(holes.narrowed(ranges({{0, 3 * kMore}, {0, 3 * kMore}})).size(), kGapsPerChannelMax);
}

}  // namespace
}  // namespace reprise::recording
