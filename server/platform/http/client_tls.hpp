#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "platform/http/client_exchange.hpp"

// Inside of the client: TLS. Slow to compile, so only the sources that need it include this.
namespace reprise::http::client {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// TLS over a connection, with the URL's host as the name that the certificate must have. The timer
/// of the connection runs.
Task<std::expected<TlsStream, FetchError>> secure(boost::beast::tcp_stream stream, Url url);

}  // namespace reprise::http::client
