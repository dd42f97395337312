#include "features/ingest/content_digest.hpp"

#include <algorithm>
#include <optional>

#include "base/base64.hpp"

namespace reprise::ingest {
namespace {

constexpr std::size_t kHeaderBytesMax = 1024;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The bytes of an RFC 8941 byte sequence, `:base64:`; empty when the text is not one.
std::optional<Bytes> byte_sequence(std::string_view text) {
  if (text.size() < 2 || text.front() != ':' || text.back() != ':') return std::nullopt;
  return base64_decode(text.substr(1, text.size() - 2));
}

std::unexpected<Error> invalid(const char* sentence) { return fail(ErrorCode::Invalid, sentence); }

}  // namespace

Result<archive::ExpectedDigest> parse_content_digest(std::string_view header) {
  if (header.size() > kHeaderBytesMax) return invalid("Content-Digest is too long.");
  std::optional<Bytes> sha;
  std::optional<Bytes> crc;
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const std::string_view member = trim(header.substr(0, comma));
    header = comma == std::string_view::npos ? "" : header.substr(comma + 1);
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = member.substr(0, equals);
    std::optional<Bytes>* const wanted = name == "sha-256"  ? &sha
                                         : name == "crc32c" ? &crc
                                                            : nullptr;
    if (wanted == nullptr) continue;
    *wanted = byte_sequence(member.substr(equals + 1));
    if (!*wanted) return invalid("Content-Digest must hold base64 between colons: sha-256=:…:.");
  }
  archive::ExpectedDigest digest{};
  if (!sha || sha->size() != digest.sha256.size()) {
    return invalid("Content-Digest must name the sha-256 of the chunk: sha-256=:…:.");
  }
  std::copy(sha->begin(), sha->end(), digest.sha256.begin());
  if (crc) {
    if (crc->size() != sizeof(std::uint32_t)) {
      return invalid("The crc32c in Content-Digest must have four bytes.");
    }
    std::uint32_t value = 0;
    for (const std::byte byte : *crc) value = value << 8 | std::to_integer<std::uint32_t>(byte);
    digest.crc32c = value;
  }
  return digest;
}

}  // namespace reprise::ingest
