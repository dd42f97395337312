#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::backup {

/// The key of a backup. Whoever has it can read all of it.
inline constexpr std::size_t kKeyBytes = 32;
using Key = std::array<std::byte, kKeyBytes>;
/// Reads 64 hexadecimal digits. Errors (Invalid): anything else.
Result<Key> read_key(std::string_view text);

/// Encrypts the files of a backup with AES-256-GCM (NIST SP 800-38D), each under a key of its own,
/// which HKDF-SHA-256 (RFC 5869) makes of the backup's key and a random salt in the file. Any
/// thread.
class Sealer {
 public:
  explicit Sealer(const Key& key);
  /// The content as a file of this name, which opens only under the same name.
  Bytes seal(std::string_view name, ByteView content) const;
  /// Errors (Invalid): the file was changed, has another name, or was made with another key.
  Result<Bytes> open(std::string_view name, ByteView file) const;
  /// The name of a file with this content: HMAC-SHA-256, in hexadecimal. The same content gives the
  /// same name; without the key the name tells nothing of it.
  std::string name_of(ByteView content) const;

 private:
  Key key_;
  Key names_;
};

}  // namespace reprise::backup
