#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <expected>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"
#include "platform/http/client/resolve.hpp"

namespace reprise::http::client {

/// When an address has not answered for this long, the next one is tried as well (RFC 8305 5
/// recommends 250 ms).
inline constexpr std::chrono::milliseconds kNextAddressAfter{250};
/// Of a name with more addresses than this, only the first ones are tried.
inline constexpr std::size_t kAddressesMax = 16;

/// The order in which addresses are tried: the two families take turns, beginning with the family
/// of the first address (RFC 8305 4). Pure.
Endpoints interleaved(const Endpoints& endpoints);

/// Connects to the address that answers first. The next address is tried, without ending the
/// attempts under way, after `kNextAddressAfter` or as soon as an attempt fails. Errors: Refused,
/// ConnectLate.
Task<std::expected<boost::asio::ip::tcp::socket, FetchError>> connect_first(Endpoints endpoints,
                                                                            Deadline deadline);

/// `resolve`, then `connect_first`, within one deadline.
Task<std::expected<boost::asio::ip::tcp::socket, FetchError>> dial(Place place, Deadline deadline);

}  // namespace reprise::http::client
