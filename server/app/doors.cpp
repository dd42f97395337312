#include "app/doors.hpp"

#include <algorithm>
#include <array>

namespace reprise::app {
namespace {

using namespace std::string_view_literals;

constexpr std::array kKnown = {"/api/about"sv, "/api/about/events"sv, "/api/about/bytes"sv,
                               "/api/auth/issuers"sv, "/api/openapi.json"sv,
                               // The link of somebody who takes part in a study: its secret, in the
                               // body, says all.
                               "/api/participation/open"sv, "/api/participation/consent"sv};
/// Below /api/auth/{issuer}/. They know who asks, since a login ends the session that was there.
constexpr std::array kOfAnIssuer = {"login"sv, "callback"sv};

/// A link that somebody shared: its secret, or the cookie that it was exchanged for, says all.
bool is_share_link(std::string_view path) {
  constexpr std::string_view kLinks = "/api/share-links/";
  return path.size() > kLinks.size() && path.starts_with(kLinks) &&
         !path.substr(kLinks.size()).contains('/');
}

bool is_of_an_issuer(std::string_view path) {
  constexpr std::string_view kAuth = "/api/auth/";
  if (!path.starts_with(kAuth)) return false;
  path.remove_prefix(kAuth.size());
  const std::size_t slash = path.find('/');
  return slash != path.npos && slash > 0 &&
         std::ranges::find(kOfAnIssuer, path.substr(slash + 1)) != kOfAnIssuer.end();
}

Task<http::Authenticated> local_user(const http::Request&) {
  co_return http::Known{access::local_principal()};
}

}  // namespace

http::Door door_of(std::string_view path) {
  if (path != "/api" && !path.starts_with("/api/")) return http::Door::Open;
  const bool known = std::ranges::find(kKnown, path) != kKnown.end();
  if (known || is_of_an_issuer(path) || is_share_link(path)) {
    return http::Door::Known;
  }
  return http::Door::Locked;
}

http::Gate local_user_gate() { return {.authenticate = local_user, .door_of = door_of}; }

}  // namespace reprise::app
