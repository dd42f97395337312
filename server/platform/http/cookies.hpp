#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"

// Our cookies. `__Host-`: browsers take them only with Secure, for one host, and for all paths
// (draft-ietf-httpbis-rfc6265bis, 4.1.3.2).
namespace reprise::http {

/// The value of a cookie. Empty when there is none, or when two different values are there: nobody
/// can know then which one is ours.
std::optional<std::string> read_cookie(const Headers& headers, std::string_view name);
/// `Set-Cookie` for a secret. SameSite=Lax: the way back from the issuer comes from another site.
std::string set_cookie(std::string_view name, std::string_view value, std::chrono::seconds max_age);
/// `Set-Cookie` that removes it.
std::string drop_cookie(std::string_view name);

}  // namespace reprise::http
