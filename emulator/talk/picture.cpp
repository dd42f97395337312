#include "emulator/talk/picture.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <vector>

#include "emulator/talk/pixels.hpp"

extern "C" {
#include <jpeglib.h>
}

namespace reprise::emulator {
namespace {

struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf escape;
};

[[noreturn]] void fail_out(j_common_ptr info) {
  std::longjmp(reinterpret_cast<Failure*>(info->err)->escape, 1);
}
void say_nothing(j_common_ptr) {}

/// Only plain values live between setjmp and longjmp; `row` belongs to the caller.
bool decode(ByteView jpeg, std::vector<JSAMPLE>& row, PixelSums& sums) {
  jpeg_decompress_struct info;
  Failure failure;
  info.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = fail_out;
  failure.manager.output_message = say_nothing;
  if (setjmp(failure.escape) != 0) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
  jpeg_read_header(&info, TRUE);
  sums.width = info.image_width;
  sums.height = info.image_height;
  if (sums.width > kPictureSideMax || sums.height > kPictureSideMax) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  info.out_color_space = JCS_RGB;
  info.scale_num = 1;
  info.scale_denom = 8;
  jpeg_start_decompress(&info);
  row.resize(std::size_t{info.output_width} * 3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW line = row.data();
    jpeg_read_scanlines(&info, &line, 1);
    for (std::size_t at = 0; at < row.size(); at += 3) {
      sums.red += row[at];
      sums.green += row[at + 1];
      sums.blue += row[at + 2];
    }
    sums.pixels += info.output_width;
  }
  jpeg_finish_decompress(&info);
  const bool whole = info.err->num_warnings == 0;
  jpeg_destroy_decompress(&info);
  return whole;
}

std::optional<PixelSums> sums_of(ByteView picture) {
  const std::string_view head = as_text(picture).substr(0, 12);
  if (head.starts_with("\x89PNG")) return sums_of_png(picture, kPictureSideMax);
  if (head.starts_with("GIF8")) return sums_of_gif(picture, kPictureSideMax);
  if (head.starts_with("RIFF")) return sums_of_webp(picture, kPictureSideMax);
  std::vector<JSAMPLE> row;
  PixelSums sums;
  if (picture.empty() || !decode(picture, row, sums)) return std::nullopt;
  return sums;
}

struct Hue {
  int degrees_below;
  const char* name;
};
constexpr std::array<Hue, 9> kHues{{{15, "red"},
                                    {45, "orange"},
                                    {70, "yellow"},
                                    {165, "green"},
                                    {195, "turquoise"},
                                    {255, "blue"},
                                    {290, "purple"},
                                    {340, "pink"},
                                    {361, "red"}}};

int hue_of(int red, int green, int blue, int high, int low) {
  const int range = high - low;
  int hue = 0;
  if (high == red) {
    hue = 60 * (green - blue) / range;
  } else if (high == green) {
    hue = 120 + 60 * (blue - red) / range;
  } else {
    hue = 240 + 60 * (red - green) / range;
  }
  return hue < 0 ? hue + 360 : hue;
}

}  // namespace

std::optional<PictureFacts> look_at(ByteView picture) {
  const std::optional<PixelSums> sums = sums_of(picture);
  if (!sums || sums->pixels == 0) return std::nullopt;
  const auto mean = [&](std::uint64_t sum) {
    return static_cast<std::uint8_t>(sum / sums->pixels);
  };
  return PictureFacts{.width = sums->width,
                      .height = sums->height,
                      .red = mean(sums->red),
                      .green = mean(sums->green),
                      .blue = mean(sums->blue)};
}

std::string colour_words(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  const int high = std::max({red, green, blue});
  const int low = std::min({red, green, blue});
  if (high < 40) return "black";
  if (high - low < 25) {  // hardly any colour
    if (high > 230) return "white";
    if (high > 170) return "light grey";
    return high < 90 ? "dark grey" : "grey";
  }
  const int hue = hue_of(red, green, blue, high, low);
  const auto found =
      std::ranges::find_if(kHues, [hue](Hue one) { return hue < one.degrees_below; });
  std::string name = found->name;
  if (high < 130) return "dark " + name;
  if (low > 140) return "light " + name;
  return name;
}

}  // namespace reprise::emulator
