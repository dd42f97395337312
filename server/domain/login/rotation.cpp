#include "domain/login/rotation.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"

namespace reprise::login {

SecretStep step_of(const SecretState& state, std::int64_t now_utc_ns) {
  const bool settled =
      state.next_used_utc_ns &&
      now_utc_ns - *state.next_used_utc_ns >= std::chrono::nanoseconds(kOldSecretFor).count();
  if (state.is_next) {
    if (!state.next_used_utc_ns) return SecretStep::Confirm;
    return state.rights_changed && settled ? SecretStep::Begin : SecretStep::Keep;
  }
  if (state.next_used_utc_ns) return settled ? SecretStep::Refuse : SecretStep::Keep;
  if (state.has_next) return SecretStep::Offer;
  return state.rights_changed ? SecretStep::Begin : SecretStep::Keep;
}

std::string next_secret(std::string_view salt, std::string_view secret) {
  std::string text(salt);
  text.append(":").append(secret);
  return base64url_encode(sha256(as_bytes(text)));
}

}  // namespace reprise::login
