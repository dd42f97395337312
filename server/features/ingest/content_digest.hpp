#pragma once

#include <string_view>

#include "base/types.hpp"
#include "platform/archive/parts.hpp"

namespace reprise::ingest {

/// Reads `Content-Digest` (RFC 9530; a dictionary of byte sequences, RFC 8941): `sha-256=:…:` is
/// required, `crc32c=:…:` (four bytes, most significant first) is optional, other algorithms are
/// ignored. Errors: Invalid with a sentence.
Result<archive::ExpectedDigest> parse_content_digest(std::string_view header);

}  // namespace reprise::ingest
