#include "domain/recording/loss/lost_play.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

constexpr Frame at_ms(std::int64_t ms) { return Frame(ms * 48); }
constexpr ModelSample samples_of_ms(std::int64_t ms) { return ModelSample(ms * 24); }

/// An item whose samples of [from, to) came, of which [heard_from, heard_to) were heard from
/// `at` on; all in ms.
ModelItem item(std::int64_t from, std::int64_t to, std::int64_t heard_from, std::int64_t heard_to,
               std::int64_t at) {
  ModelItem made;
  made.first_sample = samples_of_ms(from);
  made.end_sample = samples_of_ms(to);
  made.arrival_frame = at_ms(at - heard_from + from - 100);
  made.runs = {{samples_of_ms(heard_from), samples_of_ms(heard_to - heard_from), at_ms(at)}};
  return made;
}

/// Chunks are missing here.
Holes hole(std::int64_t from, std::int64_t to) {
  Holes holes;
  holes.skip(at_ms(from));
  holes.reach(at_ms(to));
  return holes;
}

struct LostPlayCase {
  const char* name;
  std::vector<ModelItem> items;
  Holes holes;
  std::vector<std::pair<std::int64_t, std::int64_t>> gaps;  ///< in ms
};
class LostPlayTest : public testing::TestWithParam<LostPlayCase> {};
TEST_P(LostPlayTest, IsWhereAMissingChunkHoldsTheRows) {
  const auto& [name, items, holes, gaps] = GetParam();
  const LostPlay lost = lost_play(items, holes, at_ms(60'000));
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  found.reserve(lost.gaps.size());
  for (const auto& [start, end] : lost.gaps) found.emplace_back(start / 1'000'000, end / 1'000'000);
  EXPECT_EQ(found, gaps);
}

ModelItem cut(ModelItem item) {
  item.interrupted = true;
  return item;
}

INSTANTIATE_TEST_SUITE_P(
    Items, LostPlayTest,
    testing::Values(
        LostPlayCase{"Nothing", {item(0, 2'000, 0, 2'000, 5'000)}, hole(5'000, 6'000), {}},
        LostPlayCase{"TheBeginning",
                     {item(0, 2'000, 500, 2'000, 5'500)},
                     hole(4'900, 5'500),
                     {{5'000, 5'500}}},
        LostPlayCase{
            "TheEnd", {item(0, 2'000, 0, 1'500, 5'000)}, hole(6'400, 7'500), {{6'500, 7'000}}},
        LostPlayCase{"ThereIsNoHole", {item(0, 2'000, 0, 1'500, 5'000)}, hole(9'000, 10'000), {}},
        LostPlayCase{
            "WhatWasCutIsNotKnown", {cut(item(0, 2'000, 0, 1'500, 5'000))}, hole(6'400, 7'500), {}},
        LostPlayCase{"SamplesToo",
                     {item(500, 2'000, 500, 2'000, 5'500)},
                     hole(4'900, 5'500),
                     {{5'000, 5'500}}},
        LostPlayCase{"SamplesBetweenTwo",
                     {item(0, 1'000, 0, 1'000, 5'000), item(1'500, 3'000, 1'500, 3'000, 9'500)},
                     hole(9'000, 9'500),
                     {{9'000, 9'500}}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::recording
