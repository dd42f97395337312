#pragma once

#include <string_view>

#include "platform/http/cookies.hpp"

namespace reprise::auth {

using http::drop_cookie;
using http::read_cookie;
using http::set_cookie;

inline constexpr std::string_view kSessionCookie = "__Host-sid";
inline constexpr std::string_view kTransactionCookie = "__Host-lt";

}  // namespace reprise::auth
