#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "domain/login/id_token.hpp"

// The public keys of an issuer (RFC 7517), and signatures by them.
namespace reprise::oidc {

/// RFC 7518 3.3; shorter keys are left out.
inline constexpr int kRsaBitsLeast = 2048;
/// Checking a signature by a longer key takes milliseconds.
inline constexpr int kRsaBitsMost = 8192;
inline constexpr std::size_t kKeysMax = 64;

/// A public key that may sign ID tokens. Copies share it. Any thread.
class PublicKey {
 public:
  /// Whether `signature` is that of `message`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2), or
  /// ECDSA on P-256 with SHA-256 whose signature is r and s of 32 bytes each (RFC 7518 3.4).
  bool verifies(std::string_view message, ByteView signature) const;

  struct Key;
  PublicKey(login::Algorithm algorithm, std::shared_ptr<const Key> key)
      : algorithm_(algorithm), key_(std::move(key)) {}
  login::Algorithm algorithm() const { return algorithm_; }

 private:
  login::Algorithm algorithm_;
  std::shared_ptr<const Key> key_;  // immutable, shared by all copies
};

/// The keys that an issuer publishes.
class KeySet {
 public:
  /// Reads a JWK set. Leaves out what cannot sign an ID token: other types and curves, keys for
  /// encryption, keys without a name, RSA keys outside of the limits. Errors: Invalid when the text
  /// is no JWK set, or has more than kKeysMax keys.
  static Result<KeySet> read(std::string_view json);
  bool has(std::string_view key_id, login::Algorithm algorithm) const;
  /// Whether a key of this name and kind verifies the token's signature.
  bool verifies(const login::UncheckedToken& token) const;
  std::size_t size() const { return keys_.size(); }

 private:
  struct Named {
    std::string key_id;
    PublicKey key;
  };
  std::vector<Named> keys_;
};

}  // namespace reprise::oidc
