#pragma once

#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/types.hpp"
#include "domain/login/fault.hpp"

// An ID token before its signature is checked (RFC 7515 compact form, RFC 7519).
namespace reprise::login {

inline constexpr std::size_t kTokenBytesMax = 16 * 1024;

/// The algorithms that we accept (RFC 7518 3.1). Fixed here: a token never chooses. Both hash with
/// SHA-256.
enum class Algorithm { Rs256, Es256 };

struct UncheckedToken {
  Algorithm algorithm;
  std::string key_id;
  std::string signed_part;  ///< header and payload as they came, with the dot between them
  Bytes signature;
  std::string payload;  ///< JSON text, to be read only after the signature was found right
};

/// Splits a token and reads its header. What a header says about keys (`jku`, `jwk`, `x5u`, `x5c`)
/// is not looked at; `kid` only names a key that we have from the issuer.
std::expected<UncheckedToken, Fault> read_token(std::string_view token);

/// The claims of a token whose signature is right. A name that occurs twice is malformed.
std::expected<boost::json::object, Fault> read_claims(std::string_view payload);

}  // namespace reprise::login
