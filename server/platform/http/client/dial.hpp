#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <expected>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"
#include "platform/http/client/resolve.hpp"

namespace reprise::http::client {

/// An address that has not answered for so long gets company (RFC 8305 5 recommends 250 ms).
inline constexpr std::chrono::milliseconds kNextAddressAfter{250};
/// A name with more addresses than this is connected to by the first of them.
inline constexpr std::size_t kAddressesMax = 16;

/// The order in which addresses are tried: families take turns, the first one's begins (RFC 8305
/// 4). Pure.
Endpoints interleaved(const Endpoints& endpoints);

/// Connects to the address that answers first. The next address is tried beside those under way
/// after `kNextAddressAfter`, or at once when one fails. Errors: Refused, ConnectLate.
Task<std::expected<boost::asio::ip::tcp::socket, FetchError>> connect_first(Endpoints endpoints,
                                                                            Deadline deadline);

/// `resolve`, then `connect_first`, within one deadline.
Task<std::expected<boost::asio::ip::tcp::socket, FetchError>> dial(Place place, Deadline deadline);

}  // namespace reprise::http::client
