#include "emulator/talk/pixels.hpp"

#include <gif_lib.h>
#include <png.h>
#include <webp/decode.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace reprise::emulator {
namespace {

constexpr int kSmaller = 8;  // by so much WebP is made smaller, which keeps the mean

const std::uint8_t* octets(ByteView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

bool fits(std::int64_t width, std::int64_t height, std::uint32_t side_max) {
  return width > 0 && height > 0 && std::max(width, height) <= side_max;
}

void add_row(PixelSums& sums, const std::uint8_t* row, std::size_t pixels) {
  for (std::size_t at = 0; at < pixels * 3; at += 3) {
    sums.red += row[at];
    sums.green += row[at + 1];
    sums.blue += row[at + 2];
  }
  sums.pixels += pixels;
}

/// What giflib reads from.
int read_gif(GifFileType* file, GifByteType* to, int count) {
  auto& rest = *static_cast<ByteView*>(file->UserData);
  const std::size_t taken = std::min(rest.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::copy_n(octets(rest), taken, to);
  rest = rest.subspan(taken);
  return static_cast<int>(taken);
}

struct CloseGif {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};

/// Passes what stands before the first picture. False: there is none.
bool to_first_picture(GifFileType* file) {
  for (;;) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(file, &record) != GIF_OK) return false;
    if (record == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(file) == GIF_OK;
    if (record != EXTENSION_RECORD_TYPE) return false;
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(file, &code, &block) != GIF_OK) return false;
    while (block != nullptr) {
      if (DGifGetExtensionNext(file, &block) != GIF_OK) return false;
    }
  }
}

}  // namespace

std::optional<PixelSums> sums_of_png(ByteView png, std::uint32_t side_max) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> freed(&image, png_image_free);
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) return std::nullopt;
  const std::uint64_t pixels = std::uint64_t{image.width} * image.height;
  if (!fits(image.width, image.height, side_max) || pixels > kPngPixelsMax) return std::nullopt;
  image.format = PNG_FORMAT_RGB;
  constexpr std::uint8_t kWhite = 255;
  const png_color background{.red = kWhite, .green = kWhite, .blue = kWhite};
  std::vector<std::uint8_t> rows(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, &background, rows.data(), 0, nullptr) == 0) {
    return std::nullopt;
  }
  PixelSums sums{.width = image.width, .height = image.height};
  add_row(sums, rows.data(), pixels);
  return sums;
}

std::optional<PixelSums> sums_of_webp(ByteView webp, std::uint32_t side_max) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return std::nullopt;
  if (WebPGetFeatures(octets(webp), webp.size(), &config.input) != VP8_STATUS_OK ||
      config.input.has_animation != 0 || !fits(config.input.width, config.input.height, side_max)) {
    return std::nullopt;
  }
  config.options.use_scaling = 1;
  config.options.scaled_width = std::max(1, config.input.width / kSmaller);
  config.options.scaled_height = std::max(1, config.input.height / kSmaller);
  config.output.colorspace = MODE_RGB;
  const std::unique_ptr<WebPDecBuffer, decltype(&WebPFreeDecBuffer)> freed(&config.output,
                                                                           WebPFreeDecBuffer);
  if (WebPDecode(octets(webp), webp.size(), &config) != VP8_STATUS_OK) return std::nullopt;
  PixelSums sums{.width = static_cast<std::uint32_t>(config.input.width),
                 .height = static_cast<std::uint32_t>(config.input.height)};
  const WebPRGBABuffer& rows = config.output.u.RGBA;
  for (int y = 0; y < config.output.height; ++y) {
    add_row(sums, rows.rgba + std::ptrdiff_t{y} * rows.stride,
            static_cast<std::size_t>(config.output.width));
  }
  return sums;
}

std::optional<PixelSums> sums_of_gif(ByteView gif, std::uint32_t side_max) {
  const std::unique_ptr<GifFileType, CloseGif> file(DGifOpen(&gif, read_gif, nullptr));
  if (!file || !fits(file->SWidth, file->SHeight, side_max) || !to_first_picture(file.get()) ||
      !fits(file->Image.Width, file->Image.Height, side_max)) {
    return std::nullopt;
  }
  const ColorMapObject* colours =
      file->Image.ColorMap != nullptr ? file->Image.ColorMap : file->SColorMap;
  if (colours == nullptr) return std::nullopt;
  PixelSums sums{.width = static_cast<std::uint32_t>(file->SWidth),
                 .height = static_cast<std::uint32_t>(file->SHeight)};
  std::vector<GifPixelType> row(static_cast<std::size_t>(file->Image.Width));
  for (int y = 0; y < file->Image.Height; ++y) {
    if (DGifGetLine(file.get(), row.data(), file->Image.Width) != GIF_OK) return std::nullopt;
    for (const GifPixelType at : row) {
      if (at >= colours->ColorCount) continue;
      const GifColorType& colour = colours->Colors[at];
      sums.red += colour.Red;
      sums.green += colour.Green;
      sums.blue += colour.Blue;
      ++sums.pixels;
    }
  }
  return sums;
}

}  // namespace reprise::emulator
