#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/types.hpp"
#include "platform/http/http.hpp"

// Who is at the other end, when proxies stand between. Pure.
namespace reprise::http {

/// Proxies whose `X-Forwarded-For` is believed.
class TrustedProxies {
 public:
  /// Addresses and ranges (`10.0.0.0/8`, `fd00::/8`), separated by commas. Errors: Invalid, a
  /// sentence that names the entry.
  static Result<TrustedProxies> read(std::string_view list);
  /// The client's address: that of the connection, or behind trusted proxies the last address that
  /// none of them has. What is no address ends the search, so that nobody can choose an address by
  /// sending the header.
  std::string client_address(std::string_view peer_address, const Headers& headers) const;

 private:
  struct Range {
    std::string bytes;  ///< of the address: 4 or 16
    int bits = 0;
  };
  bool has(std::string_view address) const;
  std::vector<Range> ranges_;
};

/// The part of an address that is kept, so that a person recognises a session of theirs but nobody
/// is located: `192.0.2.0/24`, `2001:db8:1::/48`. Empty for what is no address.
std::string address_prefix(std::string_view address);
/// What one subscriber has: an IPv4 address, or the /64 of an IPv6 address. Limits count by it.
std::string subscriber(std::string_view address);

}  // namespace reprise::http
