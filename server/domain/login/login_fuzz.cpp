// Takes any bytes as what a browser or an issuer sends during a login. What is accepted must have
// the promised form.

#include <cstdint>
#include <cstdlib>

#include "domain/login/claims.hpp"
#include "domain/login/csrf.hpp"
#include "domain/login/email.hpp"
#include "domain/login/id_token.hpp"
#include "domain/login/return_path.hpp"

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise::login;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (is_return_path(text)) {
    must(text.starts_with('/') && !text.starts_with("//") && !text.contains('\\'));
  }
  if (const auto email = read_email(text)) {
    must(text.ends_with(email->domain) || email->domain.size() < text.size());
    must(!email->domain.contains('@'));
  }
  if (const auto rule = read_email_rule(text))
    must(!fits(*rule, "somebody@else.invalid") || text.ends_with("else.invalid"));
  if (const auto token = read_token(text)) {
    must(text.starts_with(token->signed_part) && !token->key_id.empty());
  }
  if (const auto claims = read_claims(text)) {
    const Expected expected{.issuer = "https://issuer.test",
                            .client_id = "reprise",
                            .nonce = "nonce",
                            .access_token = "access",
                            .code = "code",
                            .now_utc_ns = 1'790'000'000'000'000'000};
    if (!check_claims(*claims, expected)) must(claims->at("iss") == "https://issuer.test");
    must(!identity_of(*claims, "groups").name.empty());
  }
  (void)check_origin({.origin = text, .fetch_site = text, .content_type = text},
                     {"https://a.test"});
  return 0;
}
