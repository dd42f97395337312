#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise {

/// Standard alphabet with padding (RFC 4648 4).
std::string base64_encode(ByteView bytes);

/// Standard alphabet with padding, no white space. None for anything else.
std::optional<Bytes> base64_decode(std::string_view text);

}  // namespace reprise
