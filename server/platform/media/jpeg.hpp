#pragma once

#include "base/types.hpp"
#include "platform/media/vp9_key.hpp"

namespace reprise::media {

/// A picture of limited range as JPEG. `quality` is 1 … 100. The same picture gives the same bytes.
/// Throws std::bad_alloc.
Bytes jpeg_of(const I420& picture, ColourMatrix matrix, int quality);

/// The middle part of `picture` that has the shape of `width` × `height`, scaled to that size: each
/// pixel is the mean of the pixels that it replaces. Sides are even, at least 2.
I420 scaled_to(const I420& picture, std::uint32_t width, std::uint32_t height);

/// Mean brightness, 0 (black) … 1 (white).
double brightness_of(const I420& picture);

}  // namespace reprise::media
