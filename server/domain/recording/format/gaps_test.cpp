#include "domain/recording/format/gaps.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

struct GapsCase {
  const char* name;
  std::vector<std::int64_t> stored;
  std::int64_t last;
  std::vector<std::int64_t> want;
};
class GapsTest : public testing::TestWithParam<GapsCase> {};
TEST_P(GapsTest, NamesWhatIsMissing) {
  EXPECT_EQ(missing_seqs(GetParam().stored, GetParam().last), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(Gaps, GapsTest,
                         testing::Values(GapsCase{"NothingExpected", {}, -1, {}},
                                         GapsCase{"AllMissing", {}, 2, {0, 1, 2}},
                                         GapsCase{"Complete", {0, 1, 2}, 2, {}},
                                         GapsCase{"FirstMiddleAndLast", {1, 3}, 4, {0, 2, 4}},
                                         GapsCase{"BeyondTheLast", {0, 7}, 1, {1}}),
                         [](const auto& tested) { return tested.param.name; });

TEST(GapsTest, TheListIsBounded) {
  const auto missing = missing_seqs({}, 2'147'483'647);
  EXPECT_EQ(missing.size(), kMissingNamedMax);
  EXPECT_EQ(missing.back(), static_cast<std::int64_t>(kMissingNamedMax) - 1);
}

}  // namespace
}  // namespace reprise::recording
