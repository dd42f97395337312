#include "platform/media/jpeg.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace reprise::media {
namespace {

/// A picture whose brightness at a place is `10 * column + row`, and its chroma `column` and `row`.
I420 slope(std::uint32_t width, std::uint32_t height) {
  I420 picture(width, height);
  for (std::uint32_t row = 0; row < height; ++row) {
    for (std::uint32_t column = 0; column < width; ++column) {
      picture.y()[std::size_t{row} * width + column] = static_cast<std::byte>(10 * column + row);
    }
  }
  for (std::size_t row = 0; row < picture.chroma_height(); ++row) {
    for (std::size_t column = 0; column < picture.chroma_width(); ++column) {
      picture.u()[row * picture.chroma_width() + column] = static_cast<std::byte>(column);
      picture.v()[row * picture.chroma_width() + column] = static_cast<std::byte>(row);
    }
  }
  return picture;
}

std::vector<int> numbers(const std::byte* begin, std::size_t count) {
  std::vector<int> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(std::to_integer<int>(begin[i]));
  return all;
}

TEST(ScaledTo, TakesTheMeanOfEachPart) {
  const I420 small = scaled_to(slope(8, 4), 4, 2);
  // Columns 0 and 1, rows 0 and 1: the mean of 0, 10, 1, 11 is 5.5.
  EXPECT_EQ(numbers(small.y(), 8), (std::vector{6, 26, 46, 66, 8, 28, 48, 68}));
  EXPECT_EQ(numbers(small.u(), 2), (std::vector{1, 3}));
  EXPECT_EQ(numbers(small.v(), 2), (std::vector{1, 1}));
}

TEST(ScaledTo, CutsTheMiddleOut) {
  const I420 square = scaled_to(slope(8, 4), 4, 4);
  EXPECT_EQ(numbers(square.y(), 4), (std::vector{20, 30, 40, 50}));
  EXPECT_EQ(numbers(square.u(), 2), (std::vector{1, 2}));
  const I420 wide = scaled_to(slope(4, 8), 4, 4);
  EXPECT_EQ(numbers(wide.y(), 4), (std::vector{2, 12, 22, 32}));
  EXPECT_EQ(numbers(wide.v(), 2), (std::vector{1, 1}));
}

TEST(ScaledTo, RepeatsWhatIsTooSmall) {
  EXPECT_EQ(numbers(scaled_to(slope(2, 2), 4, 4).y(), 4), (std::vector{0, 0, 10, 10}));
}

TEST(BrightnessOf, IsTheMeanOfAllPixels) {
  I420 picture(8, 4);  // black
  EXPECT_EQ(brightness_of(picture), 0);
  std::fill_n(picture.y(), 16, std::byte{235});
  EXPECT_DOUBLE_EQ(brightness_of(picture), 0.5);
  std::fill_n(picture.y() + 16, 16, std::byte{235});
  EXPECT_EQ(brightness_of(picture), 1);
  std::fill_n(picture.y(), 32, std::byte{0});
  EXPECT_EQ(brightness_of(picture), 0);
}

}  // namespace
}  // namespace reprise::media
