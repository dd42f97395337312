#include "tests/tools/synthetic_sources.hpp"

#include <jpeglib.h>

#include <cmath>
#include <cstdio>  // jpeglib.h needs FILE
#include <cstdlib>
#include <numbers>

#include "platform/media/vp9.hpp"

namespace reprise::synthetic {

std::vector<std::int16_t> make_voice(int sample_rate, int seconds, double pitch) {
  constexpr double kSyllablesPerSecond = 4;
  constexpr int kHarmonics = 10;
  constexpr double kLoudness = 6000;
  std::vector<std::int16_t> voice(static_cast<std::size_t>(sample_rate) *
                                  static_cast<std::size_t>(seconds));
  for (std::size_t n = 0; n < voice.size(); ++n) {
    const double t = static_cast<double>(n) / sample_rate;
    const double turns = pitch * t + 0.8 * std::sin(2 * std::numbers::pi * 0.7 * t);
    double sum = 0;
    for (int harmonic = 1; harmonic <= kHarmonics; ++harmonic) {
      const double formant = harmonic == 4 || harmonic == 5 ? 1.5 : 1.0;
      sum += formant / harmonic * std::sin(2 * std::numbers::pi * harmonic * turns);
    }
    const double syllable = std::abs(std::sin(std::numbers::pi * kSyllablesPerSecond * t));
    voice[n] = static_cast<std::int16_t>(kLoudness * syllable * sum);
  }
  return voice;
}

std::vector<CameraPicture> make_camera_loop() {
  constexpr int kBitsPerSecond = 400'000;
  constexpr std::uint32_t kBar = 24;
  media::Vp9Encoder encoder(kCameraWidth, kCameraHeight, kBitsPerSecond, kCameraRate);
  std::vector<CameraPicture> loop;
  for (std::uint32_t number = 0; number < 2 * kPicturesPerKey; ++number) {
    media::I420 picture(kCameraWidth, kCameraHeight);
    for (std::uint32_t y = 0; y < kCameraHeight; ++y) {
      for (std::uint32_t x = 0; x < kCameraWidth; ++x) {
        const bool bar = (x + 5 * number) % kCameraWidth < kBar;
        picture.y()[std::size_t{y} * kCameraWidth + x] =
            static_cast<std::byte>(bar ? 220 : 40 + (x ^ y) % 64);
      }
    }
    const bool key = number % kPicturesPerKey == 0;
    using Kind = media::Vp9Encoder::Kind;
    loop.push_back({key, encoder.encode(picture, key ? Kind::Key : Kind::Any)});
  }
  return loop;
}

Bytes make_jpeg() {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_width = kCameraWidth;
  jpeg.image_height = kCameraHeight;
  jpeg.input_components = 1;
  jpeg.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<unsigned char> row(kCameraWidth);
  while (jpeg.next_scanline < jpeg.image_height) {
    for (std::uint32_t x = 0; x < kCameraWidth; ++x) {
      row[x] = static_cast<unsigned char>(40 + (x ^ jpeg.next_scanline) % 64);
    }
    unsigned char* rows = row.data();
    jpeg_write_scanlines(&jpeg, &rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const auto* const bytes = reinterpret_cast<const std::byte*>(data);
  Bytes out{bytes, bytes + size};
  std::free(data);
  return out;
}

}  // namespace reprise::synthetic
