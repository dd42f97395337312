#pragma once

// Pictures without what their cameras and programs wrote into them: places, names, notes, hidden
// previews, and whatever hangs behind their end. The pixels are not touched. Pure.

#include <cstdint>
#include <string_view>

#include "base/types.hpp"

namespace reprise::upload {

/// A picture with more is not taken: it may fill the memory of whoever opens it.
inline constexpr std::int64_t kPixelsMax = 100'000'000;

struct CleanPicture {
  Bytes content;
  std::int64_t width = 0;  ///< as it is shown, turned if it has to be
  std::int64_t height = 0;
  int turned = 1;  ///< EXIF's orientation, 1 … 8, of the content; the content does not say it
};

/// Whether `clean_picture` knows this type.
bool can_clean(std::string_view media_type);

/// A JPEG that says how it is to be turned; another type as it is.
Bytes with_orientation(std::string_view media_type, Bytes content, int turned);
/// A JPEG that was made from `original`, with its colour profile; another type as it is.
Bytes with_profile_of(std::string_view media_type, ByteView original, Bytes content);

/// Errors: Unsupported when it is damaged, or has too many pixels.
Result<CleanPicture> clean_picture(std::string_view media_type, ByteView content);

}  // namespace reprise::upload
