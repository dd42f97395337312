#include "app/job_texts.hpp"

#include <gmock/gmock.h>

namespace reprise::app {
namespace {

using jobs::Standing;
using testing::HasSubstr;

TEST(JobLines, SayHowEachJobStands) {
  const std::vector<jobs::JobRow> rows{
      {.kind = "erase",
       .key = "a",
       .state = {.attempts = 2, .run_after_utc_ns = 1'764'360'000'000'000'000},
       .standing = Standing::Waiting,
       .last_error = "in use"},
      {.kind = "fold",
       .key = "b",
       .state = {.attempts = 1, .owner = "host/7/ab"},
       .standing = Standing::Running},
      {.kind = "fold",
       .key = "c",
       .state = {.attempts = 24, .given_up = true},
       .standing = Standing::GivenUp,
       .last_error = "no space"}};
  EXPECT_EQ(job_lines(rows),
            "erase a waiting attempts=2 next at 2025-11-28T20:00:00.000Z: in use\n"
            "fold b running attempts=1 on host/7/ab\n"
            "fold c given_up attempts=24 not tried again: no space\n");
  EXPECT_EQ(job_lines({}), "");
}

TEST(JobMetrics, CountEveryKindAndState) {
  const std::string text = job_metrics({{{"fold", Standing::GivenUp}, 3}});
  EXPECT_THAT(text, HasSubstr("# TYPE reprise_jobs gauge\n"));
  EXPECT_THAT(text, HasSubstr("reprise_jobs{kind=\"fold\",state=\"given_up\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("reprise_jobs{kind=\"erase\",state=\"waiting\"} 0\n"));
}

}  // namespace
}  // namespace reprise::app
