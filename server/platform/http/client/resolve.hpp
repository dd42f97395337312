#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"

namespace reprise::http::client {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// Where to connect to. `host` without brackets, `port` a number.
struct Place {
  std::string host;
  std::string port;
};

/// A look-up; blocks. `look_up` is the system's.
using LookUp = std::function<std::expected<Endpoints, FetchError>(const Place&)>;
std::expected<Endpoints, FetchError> look_up(const Place& place);

/// The addresses of a name, in the system's order. The look-up runs on a thread of its own, which
/// is abandoned at the deadline: getaddrinfo cannot be cancelled and may block for a minute
/// (resolv.conf(5), `timeout` and `attempts`). Errors: NameUnknown, NameLate.
Task<std::expected<Endpoints, FetchError>> resolve(Place place, Deadline deadline,
                                                   LookUp how = look_up);

/// More look-ups than this at one time, abandoned ones included, are refused with NameLate.
inline constexpr int kLookUpsMax = 32;

}  // namespace reprise::http::client
