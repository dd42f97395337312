#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/types.hpp"

namespace reprise::emulator {

/// What the emulator knows about a picture.
struct PictureFacts {
  std::uint32_t width = 0;  ///< pixels
  std::uint32_t height = 0;
  std::uint8_t red = 0;  ///< mean over the picture, 0 … 255
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

inline constexpr std::uint32_t kPictureSideMax = 8192;

/// Decodes a JPEG or WebP (at an eighth of its size, which keeps the mean), a PNG, or the first
/// picture of a GIF. Empty when the bytes are none of these, are cut off, or a side is longer than
/// `kPictureSideMax`. Takes milliseconds: not for an I/O thread.
std::optional<PictureFacts> look_at(ByteView picture);

/// "dark blue", "white", "orange".
std::string colour_words(std::uint8_t red, std::uint8_t green, std::uint8_t blue);

}  // namespace reprise::emulator
