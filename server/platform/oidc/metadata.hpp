#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"

// What an issuer publishes about itself (OpenID Connect Discovery 1.0). Pure.
namespace reprise::oidc {

struct Metadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string end_session_endpoint;  ///< empty: the issuer has no logout
  std::vector<std::string> scopes;   ///< empty: it does not say
  bool always_sends_iss = false;     ///< RFC 9207
};

/// Where the metadata of an issuer lies.
std::string metadata_url(std::string_view issuer);

/// Reads it. Errors: Invalid, with a sentence for the log, when it is malformed, is that of another
/// issuer (compared byte by byte), or names an address that is neither https nor at the issuer's
/// own origin.
Result<Metadata> read_metadata(std::string_view json, std::string_view issuer);

/// Scheme, host and port of a URL, lower case; empty for what is no URL.
std::string origin_of(std::string_view url);

/// What the person is sent to the issuer with (OpenID Connect Core 3.1.2.1).
struct AuthorizationRequest {
  std::string_view client_id;
  std::string_view redirect_uri;
  std::string_view scope;
  std::string_view state;
  std::string_view nonce;
  std::string_view code_challenge;
  /// The issuer shall ask for the password also when it knows who it is (`prompt=login`).
  bool ask_again = false;
};
std::string authorization_url(const Metadata& metadata, const AuthorizationRequest& request);

/// `name=value` pairs as a query or a form (application/x-www-form-urlencoded).
std::string form_of(const std::vector<std::pair<std::string_view, std::string_view>>& parameters);
std::string form_encoded(std::string_view text);

}  // namespace reprise::oidc
