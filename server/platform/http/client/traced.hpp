#pragma once

#include <expected>
#include <functional>

#include "platform/http/client.hpp"
#include "platform/http/client/streamed.hpp"
#include "platform/http/trace.hpp"

// Requests to other servers that go on with the trace of the request for which they are made: their
// `traceparent` names a span of their own. A request whose deadline names no trace stays as it is.
namespace reprise::http {

/// Sends a request: `fetch`, or a replacement in tests.
using Fetch = std::function<Task<std::expected<ClientResponse, FetchError>>(ClientRequest request)>;
/// Opens a stream: `open_stream`, or a replacement in tests.
using OpenStream = std::function<Task<OpenedStream>(ClientRequest request)>;

Fetch traced(Fetch send, Outgoing outgoing);
/// The span ends with the stream: at its last byte, or when it is destroyed before.
OpenStream traced_stream(OpenStream open, Outgoing outgoing);

}  // namespace reprise::http
