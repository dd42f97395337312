#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/types.hpp"

// Texts that grant something to whoever holds them. Any thread.
namespace reprise {

/// The size of a secret that we make: nobody can try 2^256 texts.
inline constexpr std::size_t kSecretBytes = 32;

/// Random bytes of the system's generator (getrandom(2)).
Bytes random_bytes(std::size_t count);
/// A new secret of kSecretBytes as base64url without padding: 43 characters.
std::string new_secret();
/// Compares in a time that depends on the lengths only, so that nobody can guess a secret letter by
/// letter.
bool same_secret(std::string_view one, std::string_view other);
/// SHA-256 as lower-case hexadecimal: how a secret of ours is stored. It needs neither salt nor a
/// slow hash, since it is random.
std::string secret_hash(std::string_view secret);

}  // namespace reprise
