#pragma once

#include <string>
#include <string_view>

#include "base/types.hpp"

// Addresses of servers that we send requests to. Pure.
namespace reprise::http {

struct Url {
  bool tls = false;
  std::string host;  ///< without brackets
  std::string port;
  std::string authority;  ///< for `Host`; leaves out a default port
  std::string target;     ///< path and query as written, at least `/`
};
/// Errors: Invalid. Pure.
Result<Url> parse_url(std::string_view text);

}  // namespace reprise::http
