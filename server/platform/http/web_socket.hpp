#pragma once

#include <boost/beast/core/tcp_stream.hpp>

#include "platform/http/worker.hpp"

// Inside of the server: the WebSocket side of a connection. The Beast part compiles on its own.
namespace reprise::http {

/// Whether the request asks for a WebSocket of version 13 (RFC 6455 4.2.1).
bool is_web_socket_request(const Request& request);

/// Answers the handshake, runs the handler, and closes the socket if the handler leaves it open.
/// The pointers outlive the call.
Task<void> serve_web_socket(Worker* worker, boost::beast::tcp_stream stream, Request request,
                            const WebSocketHandler* handler);

}  // namespace reprise::http
