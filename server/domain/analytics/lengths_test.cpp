#include "domain/analytics/lengths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace reprise::analytics {
namespace {

using testing::ElementsAre;

TEST(LengthsTest, AddingLosesNothing) {
  Lengths some(std::vector{900, 20'000, 5});
  const Lengths more(std::vector{900, 16'384, 16'383});
  some.add(more);
  some.add(Lengths());
  EXPECT_EQ(some.size(), 6);
  EXPECT_THAT(some.sorted(), ElementsAre(5, 900, 900, 16'383, 16'384, 20'000));
  EXPECT_THAT(more.sorted(), ElementsAre(900, 16'383, 16'384));
}

TEST(LengthsTest, QuantilesAreThoseOfTheList) {
  constexpr std::array kShares{0.0, 0.5, 0.51, 0.95, 1.0};
  const Lengths some(std::vector{30'000, 7, 20'000, 5});
  EXPECT_THAT(some.quantiles(kShares), ElementsAre(5, 7, 20'000, 30'000, 30'000));
  const Lengths only_long(std::vector{30'000, 20'000});
  EXPECT_THAT(only_long.quantiles(kShares), ElementsAre(20'000, 20'000, 30'000, 30'000, 30'000));
  for (const auto& none : Lengths().quantiles(kShares)) EXPECT_EQ(none, std::nullopt);
}

TEST(LengthsTest, WithoutAnyTheBarsAreEmpty) {
  const auto bars = Lengths().bars(100);
  ASSERT_EQ(bars.size(), kBars);
  for (const Bar& bar : bars) EXPECT_EQ(bar.count, 0);
}

}  // namespace
}  // namespace reprise::analytics
