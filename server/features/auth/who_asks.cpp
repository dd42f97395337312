#include "features/auth/who_asks.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "domain/login/csrf.hpp"
#include "features/auth/cookies.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"

namespace reprise::auth {

using http::Headers;
using http::Known;
using http::Method;
using http::Response;

namespace {

std::optional<std::string> bearer_token(const Headers& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = headers.find("Authorization");
  if (!value || !http::same_token(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return std::string(http::trim(value->substr(kScheme.size())));
}

/// A token counts before a cookie. Empty: there is neither.
std::optional<Remembered::Key> key_of(const std::optional<std::string>& token,
                                      const std::optional<std::string>& cookie) {
  if (!token && !cookie) return std::nullopt;
  return Remembered::Key{.digest = sha256(as_bytes(token ? *token : *cookie)),
                         .is_token = token.has_value()};
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

}  // namespace

std::optional<access::Principal> WhoAsks::remembered(const http::Request& request) {
  const auto key =
      key_of(bearer_token(request.headers), read_cookie(request.headers, kSessionCookie));
  return key ? remembered_.find(*key, now_()) : std::nullopt;
}

Task<std::optional<Known>> WhoAsks::find(std::optional<std::string> token,
                                         std::optional<std::string> cookie, Deadline deadline) {
  const auto key = key_of(token, cookie);
  if (!key) co_return std::nullopt;
  const std::int64_t now = now_();
  if (auto known = remembered_.find(*key, now)) co_return Known{*std::move(known)};
  const std::uint64_t generation = remembered_.generation();
  std::optional<Known> known;
  if (token) {
    if (auto who = co_await tokens_.find(*std::move(token), deadline)) known = {*std::move(who)};
  } else if (auto holder = co_await sessions_.find(*std::move(cookie), deadline)) {
    known = {std::move(holder->who)};
    if (!holder->new_secret.empty()) {
      known->set_cookie =
          set_cookie(kSessionCookie, holder->new_secret, sessions_.limits().absolute);
    }
  }
  if (known) remembered_.add(*key, known->who, now, generation);
  co_return known;
}

Task<http::Authenticated> WhoAsks::authenticate(const http::Request& request) {
  auto known = co_await find(bearer_token(request.headers),
                             read_cookie(request.headers, kSessionCookie), request.deadline);
  if (!known) co_return std::unexpected(login_needed());
  co_return *std::move(known);
}

std::optional<Response> WhoAsks::foreign(const http::Request& request) const {
  if (!changes_something(request.method)) return std::nullopt;
  const Headers& headers = request.headers;
  const auto has = [&headers](std::string_view name) { return headers.find(name).has_value(); };
  const auto foreign = login::check_origin(
      {.origin = headers.find("Origin"),
       .fetch_site = headers.find("Sec-Fetch-Site"),
       .content_type = headers.find("Content-Type"),
       .to_file_route = request.method == Method::Post && request.path == login::kFileRoute,
       // Browsers ask first before a page of another site may send these (Fetch standard, 3.3.2).
       .custom_header = headers.find("X-Reprise") || headers.find("Content-Digest") ||
                        std::ranges::any_of(login::kFileFields, has),
       .cookie = read_cookie(headers, kSessionCookie).has_value(),
       .bearer = bearer_token(headers).has_value()},
      origins_);
  if (!foreign) return std::nullopt;
  if (*foreign == login::Foreign::Origin) {
    return http::problem(403, "origin-missing",
                         "This must come from the app itself: send the header Origin, as browsers "
                         "do, from one of the app's own addresses.");
  }
  return http::problem(403, "plain-request",
                       "Send Content-Type: application/json, or the header X-Reprise: 1.");
}

}  // namespace reprise::auth
