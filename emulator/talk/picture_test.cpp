#include "emulator/talk/picture.hpp"

#include <gif_lib.h>
#include <gtest/gtest.h>
#include <png.h>
#include <webp/encode.h>

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

/// The same picture as rows of red, green and blue.
std::vector<std::uint8_t> rows_of(std::uint32_t width, std::uint32_t height,
                                  std::array<std::uint8_t, 3> left,
                                  std::array<std::uint8_t, 3> right) {
  std::vector<std::uint8_t> rows;
  rows.reserve(std::size_t{width} * height * 3);
  for (std::uint32_t at = 0; at < width * height; ++at) {
    for (const std::uint8_t value : at % width < width / 2 ? left : right) rows.push_back(value);
  }
  return rows;
}
Bytes bytes_of(const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(data);
  return {begin, begin + size};
}
Bytes png_of(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& rows) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes bytes(size);
  png_image_write_to_memory(&image, bytes.data(), &size, 0, rows.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}
Bytes webp_of(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& rows,
              bool lossless) {
  std::uint8_t* data = nullptr;
  const int w = static_cast<int>(width);
  const int h = static_cast<int>(height);
  const std::size_t size = lossless ? WebPEncodeLosslessRGB(rows.data(), w, h, w * 3, &data)
                                    : WebPEncodeRGB(rows.data(), w, h, w * 3, 90, &data);
  Bytes bytes = bytes_of(data, size);
  WebPFree(data);
  return bytes;
}
/// The left half is of the first colour, the right half of the second.
Bytes gif_of(int width, int height, std::array<GifColorType, 2> colours) {
  Bytes bytes;
  GifFileType* file = EGifOpen(
      &bytes,
      [](GifFileType* to, const GifByteType* data, int count) {
        const Bytes piece = bytes_of(data, static_cast<std::size_t>(count));
        auto& all = *static_cast<Bytes*>(to->UserData);
        all.insert(all.end(), piece.begin(), piece.end());
        return count;
      },
      nullptr);
  ColorMapObject* map = GifMakeMapObject(2, colours.data());
  EGifPutScreenDesc(file, width, height, 1, 0, map);
  EGifPutImageDesc(file, 0, 0, width, height, false, nullptr);
  std::vector<GifPixelType> row(static_cast<std::size_t>(width));
  for (int x = 0; x < width; ++x) row[static_cast<std::size_t>(x)] = x < width / 2 ? 0 : 1;
  for (int y = 0; y < height; ++y) EGifPutLine(file, row.data(), width);
  EGifCloseFile(file, nullptr);
  GifFreeMapObject(map);
  return bytes;
}

TEST(Picture, OfEachFormatHasItsSizeAndMeanColour) {
  const auto rows = rows_of(64, 48, {200, 0, 0}, {0, 0, 100});
  const Bytes png = png_of(64, 48, rows);
  for (const Bytes& picture :
       {png, webp_of(64, 48, rows, true), webp_of(64, 48, rows, false),
        gif_of(64, 48,
               {{{.Red = 200, .Green = 0, .Blue = 0}, {.Red = 0, .Green = 0, .Blue = 100}}})}) {
    const auto facts = look_at(picture);
    ASSERT_TRUE(facts.has_value());
    EXPECT_EQ(facts->width, 64U);
    EXPECT_EQ(facts->height, 48U);
    EXPECT_NEAR(facts->red, 100, 6);
    EXPECT_NEAR(facts->green, 0, 6);
    EXPECT_NEAR(facts->blue, 50, 6);
    for (const std::size_t cut : {std::size_t{6}, std::size_t{20}, picture.size() / 2}) {
      EXPECT_FALSE(look_at(ByteView(picture).first(cut))) << cut;
    }
  }
  EXPECT_FALSE(look_at(png_of(kPictureSideMax + 1, 1, rows_of(kPictureSideMax + 1, 1, {}, {}))));
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
