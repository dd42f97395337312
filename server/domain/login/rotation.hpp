#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// When a session gets a new secret. Pure.
namespace reprise::login {

/// For so long after the first use of the new secret the old one still counts, for requests that
/// were under way.
inline constexpr std::chrono::seconds kOldSecretFor{5};

/// What is known when a request brings a secret of a session.
struct SecretState {
  bool is_next = false;   ///< it brings the new secret, not the old one
  bool has_next = false;  ///< a new secret was offered
  std::optional<std::int64_t> next_used_utc_ns = std::nullopt;  ///< since when it is used
  bool rights_changed = false;                                  ///< since the secret was made
};

/// What follows for the secret.
enum class SecretStep : std::uint8_t {
  Refuse,   ///< it does not count any more
  Keep,     ///< nothing
  Begin,    ///< a new secret is made and offered
  Offer,    ///< the new secret is offered once more: the answer may have been lost
  Confirm,  ///< the browser has the new secret: the old one ends
};
SecretStep step_of(const SecretState& state, std::int64_t now_utc_ns);

/// The secret that follows. The same for all requests that bring the old one, so that it does not
/// matter which of their answers a browser reads last. Nobody can tell it from the old secret
/// without `salt`, nor from what is stored without the old secret.
std::string next_secret(std::string_view salt, std::string_view secret);

}  // namespace reprise::login
