#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "platform/http/client_exchange.hpp"

// Inside of the client: TLS. It is slow to compile, so only sources that need it include this.
namespace reprise::http::client {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// Starts TLS on a connection. The certificate must have the URL's host as a name. The timer of the
/// connection must be running.
Task<std::expected<TlsStream, FetchError>> secure(boost::beast::tcp_stream stream, Url url);

}  // namespace reprise::http::client
