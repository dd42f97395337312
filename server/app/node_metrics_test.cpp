#include "app/node_metrics.hpp"

#include <gmock/gmock.h>

namespace reprise::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kStat =
    "4711 (a b) c) S 1 4711 4711 0 -1 4194560 21 0 3 0 150 50 0 0 20 0 9 0 1200 99999 256 184467 1";

TEST(ReadStat, FindsTheFieldsBehindANameWithBracketsAndBlanks) {
  const auto use = read_stat(kStat, 1'000'000, 100, 4096);
  ASSERT_TRUE(use);
  EXPECT_DOUBLE_EQ(use->cpu_seconds, 2);
  EXPECT_DOUBLE_EQ(use->start_utc_seconds, 1'000'012);
  EXPECT_EQ(use->resident_bytes, 256U * 4096U);
  EXPECT_EQ(use->threads, 9U);
}

TEST(ReadStat, IsEmptyForAnotherText) {
  for (const std::string_view text :
       {"", "4711", "4711 (a) S 1 2", "(a) S x x x x x x x x x x x"}) {
    EXPECT_FALSE(read_stat(text, 0, 100, 4096)) << text;
  }
}

TEST(ProcessUse, OfThisProcessIsPlausible) {
  const auto use = process_use();
  ASSERT_TRUE(use);
  EXPECT_GE(use->open_files, 3U);
  EXPECT_GE(use->open_files_max, use->open_files);
  EXPECT_GE(use->threads, 1U);
  EXPECT_GT(use->resident_bytes, 1U << 20);
  EXPECT_GT(use->start_utc_seconds, 1.7e9);
}

TEST(NodeMetrics, LeaveOutTheSpaceOfABucket) {
  const std::string disk = node_metrics({.ready = true, .free_bytes = 7});
  EXPECT_THAT(disk, HasSubstr("\nreprise_ready 1\n"));
  EXPECT_THAT(disk, HasSubstr("\nreprise_store_free_bytes 7\n"));
  EXPECT_THAT(disk, HasSubstr("reprise_build_info{version=\""));
  const std::string bucket = node_metrics({});
  EXPECT_THAT(bucket, HasSubstr("\nreprise_ready 0\n"));
  EXPECT_THAT(bucket, Not(HasSubstr("reprise_store_free_bytes")));
}

TEST(ProcessMetrics, HaveTheNamesOfEveryPrometheusClient) {
  const std::string text = process_metrics({.cpu_seconds = 1.5, .open_files = 12});
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter\n"
                              "process_cpu_seconds_total 1.50\n"));
  EXPECT_THAT(text, HasSubstr("\nprocess_open_fds 12\n"));
}

}  // namespace
}  // namespace reprise::app
