#include "domain/login/transaction.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"

namespace reprise::login {

std::string challenge_s256(std::string_view verifier) {
  return base64url_encode(sha256(as_bytes(verifier)));
}

std::optional<Fault> check_callback(const std::optional<Transaction>& begun,
                                    const Callback& callback, const ExpectedCallback& expected,
                                    std::int64_t now_utc_ns) {
  if (!begun || now_utc_ns >= begun->expires_utc_ns) return Fault::NoTransaction;
  if (begun->issuer_id != expected.issuer_id) return Fault::IssuerOfOtherLogin;
  if (callback.error) return Fault::IssuerError;
  if (!callback.state) return Fault::StateMissing;
  if (!same_secret(*callback.state, begun->state)) return Fault::StateDiffers;
  if (callback.iss && *callback.iss != expected.issuer) return Fault::IssParameterDiffers;
  if (!callback.iss && expected.always_sends_iss) return Fault::IssParameterMissing;
  if (!callback.code || callback.code->empty()) return Fault::CodeMissing;
  return std::nullopt;
}

}  // namespace reprise::login
