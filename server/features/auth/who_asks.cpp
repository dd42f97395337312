#include "features/auth/who_asks.hpp"

#include "base/secret.hpp"
#include "domain/login/csrf.hpp"
#include "features/auth/cookies.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"

namespace reprise::auth {

using access::Principal;
using http::Headers;
using http::Method;
using http::Response;

namespace {

/// What a request brings to prove who sends it.
struct Proof {
  std::optional<std::string> cookie;
  std::optional<std::string> token;
};

std::optional<std::string> bearer_token(const Headers& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = headers.find("Authorization");
  if (!value || !http::same_token(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return std::string(http::trim(value->substr(kScheme.size())));
}

bool changes_something(Method method) {
  return method != Method::Get && method != Method::Head && method != Method::Options;
}

Response login_needed() {
  Response response = http::problem(401, "login-needed", "Log in to use this.");
  // It does not make browsers ask for a password.
  response.headers.add("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<Response> refused_as_foreign(const Headers& headers, const Proof& proof,
                                           const std::vector<std::string>& origins) {
  const auto foreign = login::check_origin(
      {.origin = headers.find("Origin"),
       .fetch_site = headers.find("Sec-Fetch-Site"),
       .content_type = headers.find("Content-Type"),
       // Browsers ask first before a page of another site may send these (Fetch standard, 3.3.2).
       .custom_header = headers.find("X-Reprise") || headers.find("Content-Digest"),
       .cookie = proof.cookie.has_value(),
       .bearer = proof.token.has_value()},
      origins);
  if (!foreign) return std::nullopt;
  if (*foreign == login::Foreign::Origin) {
    return http::problem(403, "origin-missing",
                         "This must come from the app itself: send the header Origin, as browsers "
                         "do, from one of the app's own addresses.");
  }
  return http::problem(403, "plain-request",
                       "Send Content-Type: application/json, or the header X-Reprise: 1.");
}

}  // namespace

/// A token counts before a cookie.
Task<std::optional<Principal>> WhoAsks::find(std::optional<std::string> token,
                                             std::optional<std::string> cookie, Deadline deadline) {
  if (!token && !cookie) co_return std::nullopt;
  // One must not pass for the other.
  const std::string hash = (token ? "token " : "cookie ") + secret_hash(token ? *token : *cookie);
  const std::int64_t now = now_();
  if (auto known = remembered_.find(hash, now)) co_return known;
  const std::uint64_t generation = remembered_.generation();
  auto who = token ? co_await tokens_.find(*std::move(token), deadline)
                   : co_await sessions_.find(*std::move(cookie), deadline);
  if (who) remembered_.add(hash, *who, now, generation);
  co_return who;
}

Task<std::expected<Principal, Response>> WhoAsks::authenticate(const http::Request& request) {
  Proof proof{.cookie = read_cookie(request.headers, kSessionCookie),
              .token = bearer_token(request.headers)};
  const bool changes = changes_something(request.method);
  auto refused = changes ? refused_as_foreign(request.headers, proof, origins_) : std::nullopt;
  auto who = co_await find(std::move(proof.token), std::move(proof.cookie), request.deadline);
  // Nobody learns more than "log in" without a login.
  if (!who) co_return std::unexpected(login_needed());
  if (refused) co_return std::unexpected(*std::move(refused));
  co_return *std::move(who);
}

}  // namespace reprise::auth
