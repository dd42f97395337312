#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/login/fault.hpp"

// What an ID token says, after its signature was found right (OpenID Connect Core 3.1.3.7).
namespace reprise::login {

/// By how much our clock and the issuer's may differ.
inline constexpr std::chrono::seconds kClockSkew{60};
/// An ID token comes right after the login; an older one was kept by somebody.
inline constexpr std::chrono::minutes kIssuedWithin{10};
inline constexpr std::size_t kSubjectBytesMax = 255;

/// What the claims are compared with.
struct Expected {
  std::string_view issuer;                           ///< `iss`, byte by byte
  std::string_view client_id;                        ///< ours
  std::string_view nonce;                            ///< of this login
  std::string_view access_token;                     ///< that came with the ID token
  std::string_view code;                             ///< for which both were given
  std::optional<std::chrono::seconds> max_age = {};  ///< when the login was asked to be fresh
  std::int64_t now_utc_ns = 0;
};

/// The first check that fails, in the order of the specification.
std::optional<Fault> check_claims(const boost::json::object& claims, const Expected& expected);

/// Base64url of the left half of the SHA-256 of `text`: `at_hash` and `c_hash` of RS256 and ES256
/// (OpenID Connect Core 3.1.3.6, 3.3.2.11).
std::string half_hash(std::string_view text);

/// Who logged in.
struct Identity {
  std::string issuer;
  std::string subject;
  /// Valid, and confirmed by the issuer (`email_verified` is the boolean true); otherwise empty.
  std::string email;
  std::string name;  ///< for people to read; never empty
  /// The values of the claim that names roles or groups.
  std::vector<std::string> groups;
  std::optional<std::int64_t> auth_time_utc_ns = {};  ///< when they proved it to the issuer
};

/// Of claims that passed `check_claims`. `groups_claim`: the claim's name, or with dots the way to
/// a member of claims (`realm_access.roles`); empty: none.
Identity identity_of(const boost::json::object& claims, std::string_view groups_claim);

}  // namespace reprise::login
