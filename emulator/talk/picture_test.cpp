#include "emulator/talk/picture.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

extern "C" {
#include <jpeglib.h>
}

namespace reprise::emulator {
namespace {

/// A JPEG whose left half has one colour and whose right half another.
Bytes jpeg_of(std::uint32_t width, std::uint32_t height, std::array<int, 3> left,
              std::array<int, 3> right) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
  jpeg_mem_dest(&info, &data, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_start_compress(&info, TRUE);
  std::vector<JSAMPLE> row;
  for (std::uint32_t x = 0; x < width; ++x) {
    for (const int value : x < width / 2 ? left : right) row.push_back(static_cast<JSAMPLE>(value));
  }
  while (info.next_scanline < height) {
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  Bytes bytes(begin, begin + size);
  jpeg_destroy_compress(&info);
  std::free(data);
  return bytes;
}

TEST(Picture, HasItsSizeAndMeanColour) {
  const auto facts = look_at(jpeg_of(640, 480, {200, 0, 0}, {0, 0, 100}));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->width, 640U);
  EXPECT_EQ(facts->height, 480U);
  EXPECT_NEAR(facts->red, 100, 4);
  EXPECT_NEAR(facts->green, 0, 4);
  EXPECT_NEAR(facts->blue, 50, 4);
}

TEST(Picture, OfOnePixelIsOneToo) {
  const auto facts = look_at(jpeg_of(1, 1, {0, 0, 0}, {250, 250, 250}));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->width, 1U);
  EXPECT_NEAR(facts->green, 250, 4);
}

TEST(Picture, IsRefusedWhenCutOffOrForeignOrHuge) {
  Bytes jpeg = jpeg_of(640, 480, {200, 0, 0}, {0, 0, 100});
  EXPECT_FALSE(look_at(jpeg_of(kPictureSideMax + 1, 1, {0, 0, 0}, {0, 0, 0})));
  jpeg.resize(jpeg.size() / 2);
  EXPECT_FALSE(look_at(jpeg));
  EXPECT_FALSE(look_at({}));
  EXPECT_FALSE(look_at(as_bytes("\x89PNG\r\n\x1a\n and so on")));
}

struct ColourCase {
  std::array<std::uint8_t, 3> rgb;
  const char* words;
};
class Colours : public testing::TestWithParam<ColourCase> {};

TEST_P(Colours, HaveNames) {
  const auto& [rgb, words] = GetParam();
  EXPECT_EQ(colour_words(rgb[0], rgb[1], rgb[2]), words);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Colours,
    testing::Values(ColourCase{{0, 0, 0}, "black"}, ColourCase{{255, 255, 255}, "white"},
                    ColourCase{{128, 128, 128}, "grey"}, ColourCase{{60, 62, 61}, "dark grey"},
                    ColourCase{{200, 201, 199}, "light grey"}, ColourCase{{255, 0, 0}, "red"},
                    ColourCase{{255, 140, 0}, "orange"}, ColourCase{{240, 240, 20}, "yellow"},
                    ColourCase{{0, 200, 0}, "green"}, ColourCase{{0, 200, 200}, "turquoise"},
                    ColourCase{{20, 20, 200}, "blue"}, ColourCase{{20, 20, 110}, "dark blue"},
                    ColourCase{{150, 160, 255}, "light blue"}, ColourCase{{150, 30, 220}, "purple"},
                    ColourCase{{255, 40, 180}, "pink"}, ColourCase{{255, 0, 20}, "red"}));

}  // namespace
}  // namespace reprise::emulator
