#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/types.hpp"

namespace reprise {

using Sha256 = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4). Any thread.
Sha256 sha256(ByteView bytes);

/// SHA-256 of bytes that come in pieces. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void add(ByteView piece);
  /// Call it once, after the last piece.
  Sha256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Lower-case hexadecimal, two digits a byte.
std::string hex(ByteView bytes);

/// CRC-32C (Castagnoli, RFC 3720 B.4): 0xE3069283 for "123456789". Uses the processor's instruction
/// where there is one.
std::uint32_t crc32c(ByteView bytes);

}  // namespace reprise
