#include "domain/recording/format/media_time.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

struct NsCase {
  const char* name;
  std::int64_t frame;
  std::int64_t want;
};
class NsOfFrameTest : public testing::TestWithParam<NsCase> {};
TEST_P(NsOfFrameTest, IsRoundedToTheNearest) {
  EXPECT_EQ(ns_of_frame(GetParam().frame), GetParam().want);
  EXPECT_EQ(ns_of_frame(Frame(GetParam().frame)), GetParam().want);
}
INSTANTIATE_TEST_SUITE_P(Frames, NsOfFrameTest,
                         testing::Values(NsCase{"None", 0, 0}, NsCase{"OneRoundsDown", 1, 20'833},
                                         NsCase{"TwoRoundUp", 2, 41'667},
                                         NsCase{"ThreeAreExact", 3, 62'500},
                                         NsCase{"OneBack", -1, -20'833},
                                         NsCase{"TwoBack", -2, -41'667},
                                         NsCase{"ASecond", kMediaRate, 1'000'000'000},
                                         NsCase{"ADay", kMediaFramesMax, 86'400'000'000'000}),
                         [](const auto& tested) { return tested.param.name; });

TEST(MediaTimeTest, ASecondIsAsLongInEveryUnit) {
  EXPECT_EQ(frames_of(MicSample(kMicRate)), Frame(kMediaRate));
  EXPECT_EQ(frames_of(ModelSample(kModelRate)), Frame(kMediaRate));
  EXPECT_EQ(model_samples_of(Frame(kMediaRate)), ModelSample(kModelRate));
  EXPECT_EQ(ms_of_frame(Frame(kMediaRate)), 1000);
  EXPECT_EQ(frame_of_ms(1000), Frame(kMediaRate));
  EXPECT_EQ(page_us_of(LogNs(1'000'000'000)), PageUs(1'000'000));
  EXPECT_EQ(ms_of(LogNs(1'000'000'000)), 1000);
  EXPECT_EQ(ns_of(PageUs(1'000'000)), 1'000'000'000);
}

TEST(MediaTimeTest, PartsAreRoundedDown) {
  EXPECT_EQ(frames_of(MicSample(-7)), Frame(-21));
  EXPECT_EQ(frames_of(ModelSample(7)), Frame(14));
  EXPECT_EQ(model_samples_of(Frame(15)), ModelSample(7));
  EXPECT_EQ(ms_of_frame(Frame(47)), 0);
  EXPECT_EQ(ms_of_frame(Frame(95)), 1);
  EXPECT_EQ(page_us_of(LogNs(1'999)), PageUs(1));
  EXPECT_EQ(ms_of(LogNs(1'999'999)), 1);
}

TEST(MediaTimeTest, EqualUnitsAreAddedAndSubtracted) {
  EXPECT_EQ(Frame(5) + Frame(7), Frame(12));
  EXPECT_EQ(ModelSample(5) - ModelSample(7), ModelSample(-2));
  MicSample sum(1);
  sum += MicSample(2);
  EXPECT_EQ(sum, MicSample(3));
}

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
static_assert(Addable<Frame, Frame>);
static_assert(!Addable<Frame, MicSample> && !Addable<MicSample, ModelSample>);
static_assert(!Addable<PageUs, DeviceUs> && !Addable<Frame, std::int64_t>);

}  // namespace
}  // namespace reprise::recording
