#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise {

/// Standard alphabet with padding (RFC 4648 4).
std::string base64_encode(ByteView bytes);

/// Reads the standard alphabet with padding, without white space. Empty for anything else.
std::optional<Bytes> base64_decode(std::string_view text);

}  // namespace reprise
