#pragma once

// Packs: many chunks of one recording in one object (docs/formats/pack.md). No I/O.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/byte_range.hpp"
#include "base/types.hpp"

namespace reprise::recording {

/// The size of a pack, its head included. What a kill makes a server upload again is at most this
/// much; an hour with pictures makes about ten of them.
inline constexpr std::uint64_t kPackBytesMax = std::uint64_t{64} << 20;
/// So that the head stays small: more than an hour of chunks of a second.
inline constexpr std::size_t kPackChunksMax = 4096;

/// What the row of a chunk says of its bytes.
struct PackChunk {
  std::int64_t seq = 0;
  std::uint32_t bytes = 0;
  std::uint32_t crc32c = 0;
  std::string sha256_hex;  ///< 64 lower-case digits
  friend bool operator==(const PackChunk&, const PackChunk&) = default;
};

/// Which chunks one pack holds, one behind the other.
struct Pack {
  std::vector<PackChunk> chunks;  ///< in seq order
  friend bool operator==(const Pack&, const Pack&) = default;
};

/// The bytes before the first chunk.
std::uint64_t head_bytes(const Pack& pack);
/// Head and chunks.
std::uint64_t bytes_of(const Pack& pack);
/// The first pack that is to be made of these chunks, which are in seq order and not in a pack yet:
/// as many of the first ones as the limits allow. Empty for fewer than two: nothing is gained then.
std::optional<Pack> plan_pack(std::span<const PackChunk> chunks);
/// The head: magic, count, checksum, and one entry for each chunk.
Bytes head_of(const Pack& pack);

/// Chunks that lie one behind the other in a pack, to be read with one call.
struct PackWindow {
  std::size_t first = 0;  ///< index of the first chunk
  std::size_t count = 0;
  ByteRange range;  ///< where they lie in the pack
  friend bool operator==(const PackWindow&, const PackWindow&) = default;
};
/// All chunks, in windows of at most `bytes_max`; a chunk that is larger has a window of its own.
std::vector<PackWindow> windows_of(const Pack& pack, std::uint64_t bytes_max);

}  // namespace reprise::recording
