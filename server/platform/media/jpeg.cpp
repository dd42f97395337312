#include "platform/media/jpeg.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <numeric>
#include <vector>

extern "C" {
#include <jpeglib.h>
}

namespace reprise::media {
namespace {

constexpr int kBlack = 16;  ///< black in the limited range (BT.601, BT.709)
constexpr int kLumaSteps = 219;
constexpr int kChromaSteps = 224;
constexpr int kNoChroma = 128;

/// Weights of the colour differences (ITU-R BT.601-7 2.5.1, BT.709-6 3.2).
struct Weights {
  double red_of_cr;
  double green_of_cb;
  double green_of_cr;
  double blue_of_cb;
};
constexpr Weights kBt601{1.402, -0.344136, -0.714136, 1.772};
constexpr Weights kBt709{1.5748, -0.187324, -0.468124, 1.8556};

JSAMPLE sample(double value) { return static_cast<JSAMPLE>(std::clamp(value + 0.5, 0.0, 255.0)); }

void row_to_rgb(const I420& picture, std::uint32_t y, const Weights& weights,
                std::vector<JSAMPLE>& row) {
  const std::byte* luma = picture.y() + std::size_t{y} * picture.width;
  const std::byte* cb = picture.u() + std::size_t{y / 2} * picture.chroma_width();
  const std::byte* cr = picture.v() + std::size_t{y / 2} * picture.chroma_width();
  JSAMPLE* out = row.data();
  for (std::uint32_t x = 0; x < picture.width; ++x) {
    const double light = (std::to_integer<int>(luma[x]) - kBlack) * 255.0 / kLumaSteps;
    const double blue = (std::to_integer<int>(cb[x / 2]) - kNoChroma) * 255.0 / kChromaSteps;
    const double red = (std::to_integer<int>(cr[x / 2]) - kNoChroma) * 255.0 / kChromaSteps;
    *out++ = sample(light + weights.red_of_cr * red);
    *out++ = sample(light + weights.green_of_cb * blue + weights.green_of_cr * red);
    *out++ = sample(light + weights.blue_of_cb * blue);
  }
}

/// libjpeg calls this only when memory is exhausted. It must not return.
[[noreturn]] void out_of_memory(j_common_ptr /*info*/) { throw std::bad_alloc(); }

struct Compressor {
  Compressor() {
    info.err = jpeg_std_error(&errors);
    errors.error_exit = out_of_memory;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &data, &size);
  }
  ~Compressor() {
    jpeg_destroy_compress(&info);
    std::free(data);
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  unsigned char* data = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's type
};

struct Plane {
  const std::byte* bytes;
  std::size_t stride;
};
struct Area {
  std::size_t left;
  std::size_t top;
  std::size_t width;
  std::size_t height;
};

/// Where the `n`-th of `parts` equal parts of `length` begins.
std::size_t part(std::size_t n, std::size_t parts, std::size_t length) {
  return n * length / parts;
}

void scale_plane(Plane from, Area area, std::byte* to, std::size_t width, std::size_t height) {
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t top = area.top + part(y, height, area.height);
    const std::size_t bottom = std::max(top + 1, area.top + part(y + 1, height, area.height));
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t left = area.left + part(x, width, area.width);
      const std::size_t right = std::max(left + 1, area.left + part(x + 1, width, area.width));
      std::size_t sum = 0;
      for (std::size_t row = top; row < bottom; ++row) {
        const std::byte* bytes = from.bytes + row * from.stride;
        for (std::size_t column = left; column < right; ++column) {
          sum += std::to_integer<std::size_t>(bytes[column]);
        }
      }
      const std::size_t count = (bottom - top) * (right - left);
      *to++ = static_cast<std::byte>((sum + count / 2) / count);
    }
  }
}

/// The largest area in the middle that has the given shape. Its corner is even, because of the
/// chroma.
Area middle_of(const I420& picture, std::size_t width, std::size_t height) {
  Area area{.left = 0, .top = 0, .width = picture.width, .height = picture.height};
  if (area.width * height > area.height * width) {
    area.width = std::max<std::size_t>(1, area.height * width / height);
  } else {
    area.height = std::max<std::size_t>(1, area.width * height / width);
  }
  area.left = (picture.width - area.width) / 4 * 2;
  area.top = (picture.height - area.height) / 4 * 2;
  return area;
}

}  // namespace

Bytes jpeg_of(const I420& picture, ColourMatrix matrix, int quality) {
  Compressor to;
  to.info.image_width = picture.width;
  to.info.image_height = picture.height;
  to.info.input_components = 3;
  to.info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&to.info);
  jpeg_set_quality(&to.info, quality, TRUE);
  jpeg_simple_progression(&to.info);  // smaller than line by line, with tables made for the picture
  jpeg_start_compress(&to.info, TRUE);
  std::vector<JSAMPLE> row(std::size_t{picture.width} * 3);
  const Weights& weights = matrix == ColourMatrix::Bt709 ? kBt709 : kBt601;
  for (std::uint32_t y = 0; y < picture.height; ++y) {
    row_to_rgb(picture, y, weights, row);
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&to.info, &line, 1);
  }
  jpeg_finish_compress(&to.info);
  const auto* begin = reinterpret_cast<const std::byte*>(to.data);
  return {begin, begin + to.size};
}

I420 scaled_to(const I420& picture, std::uint32_t width, std::uint32_t height) {
  I420 to(width, height);
  const Area area = middle_of(picture, width, height);
  const Area chroma{.left = area.left / 2,
                    .top = area.top / 2,
                    .width = (area.width + 1) / 2,
                    .height = (area.height + 1) / 2};
  scale_plane({picture.y(), picture.width}, area, to.y(), width, height);
  scale_plane({picture.u(), picture.chroma_width()}, chroma, to.u(), to.chroma_width(),
              to.chroma_height());
  scale_plane({picture.v(), picture.chroma_width()}, chroma, to.v(), to.chroma_width(),
              to.chroma_height());
  return to;
}

double brightness_of(const I420& picture) {
  const std::size_t count = std::size_t{picture.width} * picture.height;
  const auto sum = std::accumulate(
      picture.planes.begin(), picture.planes.begin() + static_cast<std::ptrdiff_t>(count),
      std::size_t{0},
      [](std::size_t so_far, std::byte one) { return so_far + std::to_integer<std::size_t>(one); });
  const double mean = static_cast<double>(sum) / static_cast<double>(count);
  return std::clamp((mean - kBlack) / kLumaSteps, 0.0, 1.0);
}

}  // namespace reprise::media
