#pragma once

// The header fields of tus 1.0, a protocol for uploads that go on where they were cut
// (tus.io/protocols/resumable-upload). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"

namespace reprise::upload {

inline constexpr std::string_view kTusVersion = "1.0.0";
inline constexpr std::string_view kTusExtensions =
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination";
inline constexpr std::string_view kTusChecksums = "sha1,sha256,md5";
inline constexpr std::string_view kTusContentType = "application/offset+octet-stream";

/// The most bytes of `Upload-Metadata`, and of a file's name.
inline constexpr std::size_t kMetadataBytesMax = 4096;
inline constexpr std::size_t kNameBytesMax = 255;

/// A length or an offset: digits only, at most 2^53. Errors: Invalid, naming `field`.
Result<std::int64_t> number_in(std::string_view field, std::string_view value);

using Metadata = std::vector<std::pair<std::string, std::string>>;
/// `Upload-Metadata`: pairs of a key and base64, separated by commas. Errors: Invalid.
Result<Metadata> metadata_in(std::string_view value);

enum class Checksum : std::uint8_t { Sha1, Sha256, Md5 };
struct WantedChecksum {
  Checksum algorithm = Checksum::Sha1;
  Bytes digest;
};
/// `Upload-Checksum`: an algorithm of kTusChecksums and base64. Errors: Invalid.
Result<WantedChecksum> checksum_in(std::string_view value);

/// A name under which a file may be kept on any system: the last part of a path, one line, no
/// control characters, none that turn the direction of text or mean something to a shell of
/// Windows. Never empty.
std::string clean_name(std::string_view name);

/// A type that a client declares, as something that can be compared; empty for what is none.
std::string clean_type(std::string_view type);

/// `Content-Disposition` with that name (RFC 6266; RFC 8187 for letters beyond ASCII).
std::string disposition(bool is_attachment, std::string_view name);

/// An hour and a date as in `Expires` (RFC 9110 5.6.7).
std::string http_date(std::int64_t utc_ns);

}  // namespace reprise::upload
