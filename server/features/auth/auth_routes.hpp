#pragma once

#include <string_view>

#include "features/auth/login.hpp"
#include "features/auth/sessions.hpp"
#include "platform/http/http.hpp"

namespace reprise::auth {

/// What the routes of a login need. All of it outlives the routes.
struct LoginServices {
  Login& login;
  Sessions& sessions;
};

/// The route at which a login begins.
inline constexpr std::string_view kBeginLogin = "/api/auth/{issuer:segment}/login";

/// `/api/auth` (api/openapi.yaml). Where no issuer is configured there is nobody to log in, and the
/// routes say so.
http::Routes login_routes(const LoginServices& services);

}  // namespace reprise::auth
