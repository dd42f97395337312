#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"
#include "platform/http/client/proxy.hpp"
#include "platform/http/http.hpp"

// A WebSocket that the server opens itself. This header includes no Beast.
namespace reprise::http {

struct SocketRequest {
  std::string url;  ///< `http://…` or `https://…`, for ws and wss; no user, no fragment
  std::optional<Proxy> proxy = {};
  /// Bounds look-up, connection, tunnel, TLS and handshake together.
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
};

/// One read and one write may be under way at the same time, both on the executor that opened the
/// socket. A deadline that passes closes the socket.
class ClientSocket {
 public:
  virtual ~ClientSocket() = default;
  /// The next message, or how the peer closed; 1006 when the network or the deadline ended it.
  virtual Task<std::expected<Frame, CloseReason>> read(Deadline deadline) = 0;
  /// Sends a text message. False once the socket is closed.
  virtual Task<bool> write(std::string text, Deadline deadline) = 0;
  /// Closes with 1000 and waits for the peer's answer.
  virtual Task<void> close(Deadline deadline) = 0;

  static constexpr std::size_t kMessageBytesMax = 16 * 1024 * 1024;
};

/// Opens a WebSocket; for https as in `fetch`. The URL may hold a secret, so errors do not contain
/// it.
Task<std::expected<std::unique_ptr<ClientSocket>, FetchError>> open_socket(SocketRequest request);

}  // namespace reprise::http
