#pragma once

// HEIC and AVIF: pictures in boxes (ISO/IEC 23008-12). What a camera wrote beside the picture is
// blanked where it lies, so that nothing else moves. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reprise::upload {

struct CleanHeif {
  std::string content;
  std::int64_t width = 0;  ///< as it is shown, turned if it has to be
  std::int64_t height = 0;
};

/// Without EXIF, XMP, foreign boxes, and what hangs behind the last box. Empty: it is damaged.
std::optional<CleanHeif> clean_heif(std::string_view content);

}  // namespace reprise::upload
