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

/// The URL alphabet without padding, as JSON Web Signatures have it (RFC 7515 2).
std::string base64url_encode(ByteView bytes);

/// Reads the URL alphabet. Empty for anything else: padding, white space, the standard alphabet, a
/// length that no bytes have, unused bits that are not zero.
std::optional<Bytes> base64url_decode(std::string_view text);

}  // namespace reprise
