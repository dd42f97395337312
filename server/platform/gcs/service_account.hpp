#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/types.hpp"

// The identity of a program at Google: a key file that Google gives out once. Pure.
namespace reprise::gcs {

/// A private RSA key. Copies share the key. Any thread.
class SigningKey {
 public:
  /// Reads a key in PEM, as PKCS #8 or PKCS #1, without a password. Errors: Invalid when the text
  /// is not an RSA key of at least 2048 bits.
  static Result<SigningKey> read(std::string_view pem);
  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2): what RS256 and Google's signed URLs use. About
  /// 0.3 ms for 2048 bits. Throws std::runtime_error when OpenSSL fails.
  Bytes sign(std::string_view message) const;

 private:
  struct Key;
  explicit SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;  // immutable, shared by all copies
};

struct ServiceAccount {
  std::string email;
  std::string key_id;
  std::string token_url;  ///< exchanges assertions for tokens; https, or on this machine
  SigningKey key;
};

/// Reads the JSON of a key file. `setting` names where it came from, for the errors: Invalid, one
/// sentence without any of the file's text.
Result<ServiceAccount> read_service_account(std::string_view json, std::string_view setting);

/// What a token may be used for, within what Google's IAM allows.
enum class Scope {
  Objects,  ///< to read and change objects, and to look at the bucket
  Bucket,   ///< also to change the bucket's configuration
};
std::string_view scope_url(Scope scope);

/// A signed assertion to exchange for a token (RFC 7523; developers.google.com/identity/protocols/
/// oauth2/service-account): valid for an hour from `now_utc_ns`.
std::string token_assertion(const ServiceAccount& account, Scope scope, std::int64_t now_utc_ns);

}  // namespace reprise::gcs
