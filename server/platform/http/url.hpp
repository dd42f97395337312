#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/types.hpp"

// Addresses of servers that we send requests to. Pure.
namespace reprise::http {

/// A place to connect to. `host` without brackets, `port` a number.
struct Pin {
  std::string host;
  std::string port;
};

struct Url {
  bool tls = false;
  std::string host;  ///< without brackets
  std::string port;
  std::string authority;  ///< for `Host`; leaves out a default port
  std::string target;     ///< path and query as written, at least `/`
  /// Where a client connects to instead of `host` and `port`. Not part of the text.
  std::optional<Pin> pin = {};
};
/// Errors: Invalid. Pure.
Result<Url> parse_url(std::string_view text);

}  // namespace reprise::http
