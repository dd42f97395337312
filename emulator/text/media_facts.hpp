#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/types.hpp"

namespace reprise::emulator {

/// What the emulator says of an attachment, and what it counts for.
struct MediaFacts {
  std::string words;     ///< "a JPEG picture of 640 by 480 pixels, on average dark blue"
  std::string modality;  ///< as in usageMetadata: IMAGE, AUDIO, VIDEO, DOCUMENT, TEXT
  std::int64_t tokens = 0;
};

/// Looks into a file. `understand`: as Ears::understand, for mono sound at 16 kHz. Blocks: not for
/// an I/O thread.
MediaFacts facts_of(const std::string& mime_type, ByteView data,
                    const std::function<std::string(std::span<const std::int16_t>)>& understand);

}  // namespace reprise::emulator
