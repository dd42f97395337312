#pragma once

#include <cstdint>
#include <optional>

#include "base/types.hpp"

namespace reprise::emulator {

/// A picture whose pixels were added up.
struct PixelSums {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t red = 0;
  std::uint64_t green = 0;
  std::uint64_t blue = 0;
  std::uint64_t pixels = 0;  ///< that were added: a decoder may make the picture smaller
};

/// A PNG has to lie in memory as a whole; one with more pixels is not looked at.
inline constexpr std::uint64_t kPngPixelsMax = 25'000'000;

/// Empty when the bytes are no such picture, are cut off, or a side is longer than `side_max`.
/// What is transparent counts as white in a PNG.
std::optional<PixelSums> sums_of_png(ByteView png, std::uint32_t side_max);
/// A still WebP; empty for one that moves.
std::optional<PixelSums> sums_of_webp(ByteView webp, std::uint32_t side_max);
/// The first picture of a GIF.
std::optional<PixelSums> sums_of_gif(ByteView gif, std::uint32_t side_max);

}  // namespace reprise::emulator
