#include "domain/recording/pictures/pictures.hpp"

#include <gtest/gtest.h>

namespace reprise::recording {
namespace {

TEST(PicturesTest, GapsAreBounded) {
  constexpr std::uint32_t kLossesMax = 10'000;
  constexpr std::uint32_t kMore = 20;  // the last ones are still waiting for their place
  constexpr std::int64_t kApart = 2 * kPictureSpacing.value;
  PageMap page;
  page.set_fallback(PageUs(0), Frame(0));
  const CaptureLag lag;
  Pictures pictures;
  const Bytes vp9(4);
  for (std::uint32_t i = 0; i < kLossesMax + kMore; ++i) {
    const std::int64_t frame = i * kApart;
    // Every second picture is lost; each key picture is shown all the same.
    pictures.add({frame * 62'500 / 3, "key 64x48", "vp9", vp9}, 2 * i, LogNs(frame * 62'500 / 3),
                 Frame(frame));
    pictures.emit(Frame(frame), Frame(frame + kApart), {page, lag, Frame(frame + kApart), false},
                  nullptr);
  }
  EXPECT_EQ(pictures.not_shown(), 0);
  EXPECT_EQ(pictures.gaps().size(), kLossesMax);
}

}  // namespace
}  // namespace reprise::recording
