#pragma once

#include <cstdint>
#include <optional>

#include "base/types.hpp"
#include "platform/media/vp9.hpp"

namespace reprise::media {

/// Larger key pictures than this are not decoded. 4096 × 2304 takes about 90 ms.
inline constexpr std::int64_t kKeyPixelsMax = std::int64_t{4096} * 2304;

/// What a VP9 packet tells about itself without being decoded.
struct Vp9KeySize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::int64_t pixels() const { return std::int64_t{width} * height; }
};
/// Empty unless the packet begins a key picture of 1 … kKeyPixelsMax pixels. The size comes from
/// the packet itself, whatever the recording claims.
std::optional<Vp9KeySize> vp9_key_size(ByteView packet);

enum class ColourMatrix { Bt601, Bt709 };
struct DecodedKey {
  I420 picture;  ///< limited range
  ColourMatrix matrix = ColourMatrix::Bt601;
};
/// Decodes one key picture (foreign bytes) with a decoder of its own, which keeps no memory
/// afterwards: about 11 ms for 1280 × 720 (measured 2026-11-28). Empty when the packet is no key
/// picture, is too large or damaged, or is not 8-bit 4:2:0.
std::optional<DecodedKey> decode_vp9_key(ByteView packet);

}  // namespace reprise::media
