#include "domain/recording/format/pack.hpp"

#include <charconv>
#include <string_view>

#include "base/assert.hpp"
#include "base/digest.hpp"

namespace reprise::recording {
namespace {

constexpr std::string_view kMagic = "RPRPACK1";
constexpr std::uint64_t kBeforeEntries = 16;  // magic, count, checksum
constexpr std::uint64_t kEntryBytes = 56;
constexpr std::size_t kDigestDigits = 64;

template <class Number>
void add_number(Bytes& to, Number number) {  // little-endian
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    to.push_back(static_cast<std::byte>(number >> (8 * i)));
  }
}

void add_digest(Bytes& to, std::string_view digits) {
  REPRISE_ASSERT(digits.size() == kDigestDigits);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::uint8_t value = 0;
    const char* const end = digits.data() + i + 2;
    const auto parsed = std::from_chars(digits.data() + i, end, value, 16);
    REPRISE_ASSERT(parsed.ec == std::errc() && parsed.ptr == end);
    to.push_back(static_cast<std::byte>(value));
  }
}

}  // namespace

std::uint64_t head_bytes(const Pack& pack) {
  return kBeforeEntries + pack.chunks.size() * kEntryBytes;
}

std::uint64_t bytes_of(const Pack& pack) {
  std::uint64_t bytes = head_bytes(pack);
  for (const PackChunk& chunk : pack.chunks) bytes += chunk.bytes;
  return bytes;
}

std::optional<Pack> plan_pack(std::span<const PackChunk> chunks) {
  Pack pack;
  std::uint64_t bytes = kBeforeEntries;
  for (const PackChunk& chunk : chunks) {
    bytes += kEntryBytes + chunk.bytes;
    if (bytes > kPackBytesMax || pack.chunks.size() == kPackChunksMax) break;
    pack.chunks.push_back(chunk);
  }
  if (pack.chunks.size() < 2) return std::nullopt;
  return pack;
}

Bytes head_of(const Pack& pack) {
  Bytes entries;
  entries.reserve(pack.chunks.size() * kEntryBytes);
  std::uint64_t offset = head_bytes(pack);
  for (const PackChunk& chunk : pack.chunks) {
    add_number(entries, static_cast<std::uint64_t>(chunk.seq));
    add_number(entries, offset);
    add_number(entries, chunk.bytes);
    add_number(entries, chunk.crc32c);
    add_digest(entries, chunk.sha256_hex);
    offset += chunk.bytes;
  }
  const ByteView magic = as_bytes(kMagic);
  Bytes head(magic.begin(), magic.end());
  head.reserve(head_bytes(pack));
  add_number(head, static_cast<std::uint32_t>(pack.chunks.size()));
  add_number(head, crc32c(entries));
  head.insert(head.end(), entries.begin(), entries.end());
  return head;
}

std::vector<PackWindow> windows_of(const Pack& pack, std::uint64_t bytes_max) {
  std::vector<PackWindow> windows;
  std::uint64_t at = head_bytes(pack);
  for (std::size_t i = 0; i < pack.chunks.size(); ++i) {
    const std::uint64_t end = at + pack.chunks[i].bytes;
    if (windows.empty() || end - windows.back().range.first > bytes_max) {
      windows.push_back({.first = i, .count = 0, .range = {.first = at, .last = at}});
    }
    ++windows.back().count;
    windows.back().range.last = end;
    at = end;
  }
  return windows;
}

}  // namespace reprise::recording
