#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/login/fault.hpp"

namespace reprise::login {

/// How long a person may take at the issuer.
inline constexpr std::chrono::minutes kTransactionWithin{10};

/// One login under way: bound to one browser by a cookie, and used at most once.
struct Transaction {
  std::string state;
  std::string nonce;
  std::string verifier;      ///< of PKCE (RFC 7636)
  std::string issuer_id;     ///< as in our settings
  std::string redirect_uri;  ///< the token request must repeat it
  std::string return_path;
  std::int64_t expires_utc_ns = 0;
};

/// What the browser brings back from the issuer. Each is absent when its parameter is.
struct Callback {
  std::optional<std::string_view> error;
  std::optional<std::string_view> state;
  std::optional<std::string_view> iss;
  std::optional<std::string_view> code;
};

/// `code_challenge` for a verifier, method S256 (RFC 7636 4.2).
std::string challenge_s256(std::string_view verifier);

/// What we know of an issuer's answers before one comes.
struct ExpectedCallback {
  std::string_view issuer_id;  ///< to which the callback's path belongs
  std::string_view issuer;     ///< its `iss`
  bool always_sends_iss = false;
};

/// The first check that fails: one browser, one issuer, one login. Empty: `code` may be exchanged.
std::optional<Fault> check_callback(const std::optional<Transaction>& begun,
                                    const Callback& callback, const ExpectedCallback& expected,
                                    std::int64_t now_utc_ns);

}  // namespace reprise::login
