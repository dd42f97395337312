#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/types.hpp"

// Which proxy an outgoing https request takes. Pure.
namespace reprise::http {

/// An HTTP proxy that opens tunnels (CONNECT, RFC 9110 9.3.6).
struct Proxy {
  std::string host;  ///< without brackets
  std::string port;
  std::string authorization;  ///< a secret: the value of Proxy-Authorization; empty: not sent
  std::string shown;          ///< `host:port`, for people and logs
};

struct ProxyRules {
  std::optional<Proxy> https;
  std::vector<std::string> direct;  ///< the entries of NO_PROXY, lower case
};

/// Reads `https_proxy` or `HTTPS_PROXY`, and `no_proxy` or `NO_PROXY`. Of each pair the first that
/// is set and not empty counts, as in curl. Errors: Invalid, with a sentence that names the
/// variable but not its value, which may hold a password.
Result<ProxyRules> read_proxy_rules(
    const std::vector<std::pair<std::string, std::string>>& environment);

/// The proxy for a host, which is given without brackets. Empty for this machine itself, which no
/// proxy can reach, and for hosts that NO_PROXY names: `*`, a name and everything below it (with or
/// without a leading dot), an address, or a range such as `10.0.0.0/8`. Each entry may end in
/// `:port`.
std::optional<Proxy> proxy_for(const ProxyRules& rules, std::string_view host,
                               std::string_view port);

}  // namespace reprise::http
