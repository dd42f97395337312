#include "domain/upload/preview_plan.hpp"

#include <gmock/gmock.h>

namespace reprise::upload {
namespace {

using testing::Contains;

TEST(PreviewPlan, FixesTheReaderAndTheProtocol) {
  const auto plan = preview_plan("video/mp4", 0);
  ASSERT_TRUE(plan && plan->picture.size() == 1 && plan->length);
  for (const Tool& tool : {plan->picture[0], *plan->length}) {
    EXPECT_THAT(tool.arguments, Contains("mov"));
    EXPECT_THAT(tool.arguments, Contains("-protocol_whitelist"));
    EXPECT_THAT(tool.arguments, Contains("in"));
  }
}

TEST(PreviewPlan, WhatEachTypeNeeds) {
  EXPECT_EQ(preview_plan("audio/flac", 0)->output, "out.png") << "how loud it is";
  EXPECT_TRUE(preview_plan("audio/flac", 0)->length.has_value());
  EXPECT_EQ(preview_plan("application/pdf", 0)->picture[0].program, "pdftoppm");
  EXPECT_FALSE(preview_plan("image/png", kPreviewSide).has_value()) << "is small";
  EXPECT_TRUE(preview_plan("image/png", kPreviewSide + 1).has_value());
  EXPECT_EQ(preview_plan("image/heic", 10)->picture[0].program, "heif-convert");
  EXPECT_EQ(preview_plan("image/avif", 10)->picture.size(), 2U);
  EXPECT_FALSE(preview_plan("text/plain", 0).has_value());
}

TEST(TurningTools, TheLosslessOneFirst) {
  const auto jpeg = turning_tools("image/jpeg", 6);
  ASSERT_EQ(jpeg.size(), 2U);
  EXPECT_EQ(jpeg[0].program, "jpegtran");
  EXPECT_THAT(jpeg[0].arguments, Contains("90"));
  EXPECT_THAT(jpeg[1].arguments, Contains("transpose=clock"));
  EXPECT_EQ(turning_tools("image/webp", 3).size(), 1U);
  for (const int bad : {-1, 0, 1, 9}) EXPECT_TRUE(turning_tools("image/jpeg", bad).empty());
  EXPECT_TRUE(turning_tools("image/gif", 6).empty());
  EXPECT_TRUE(turning_tools("video/mp4", 6).empty());
}

TEST(LengthMsIn, ReadsSecondsAndNothingElse) {
  EXPECT_EQ(length_ms_in("12.345000\n"), 12'345);
  EXPECT_EQ(length_ms_in("0.000000\n"), 0);
  for (const char* bad : {"", "N/A\n", "-1.0", "nan", "inf", "1e300", "a1"}) {
    EXPECT_FALSE(length_ms_in(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace reprise::upload
