#pragma once

#include <cstdint>

#include "base/types.hpp"

namespace reprise {

/// `crc32c` (base/digest.hpp) of bytes that come in pieces. `before`: of the pieces before this
/// one.
std::uint32_t crc32c_after(std::uint32_t before, ByteView bytes);

}  // namespace reprise
