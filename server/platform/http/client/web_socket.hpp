#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "platform/http/client/failure.hpp"
#include "platform/http/client/proxy.hpp"
#include "platform/http/http.hpp"

// A WebSocket that we open ourselves. No Beast here.
namespace reprise::http {

struct SocketRequest {
  std::string url;  ///< `http://…` or `https://…`, which stand for ws and wss; no user, no fragment
  std::optional<Proxy> proxy = {};
  /// For the look-up, the connection, the tunnel, TLS and the handshake.
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
};

/// One read and one write may be under way at once; all on the executor that opened it. After a
/// deadline has passed the socket is closed.
class ClientSocket {
 public:
  virtual ~ClientSocket() = default;
  /// The next message, or how the peer closed; 1006 when the network or the deadline did.
  virtual Task<std::expected<Frame, CloseReason>> read(Deadline deadline) = 0;
  /// Sends a text message. False once the socket is closed.
  virtual Task<bool> write(std::string text, Deadline deadline) = 0;
  /// Closes with 1000 and waits for the peer's answer.
  virtual Task<void> close(Deadline deadline) = 0;

  static constexpr std::size_t kMessageBytesMax = 16 * 1024 * 1024;
};

/// Opens a WebSocket. With https as in `fetch`. The URL may hold a secret: it is in no error.
Task<std::expected<std::unique_ptr<ClientSocket>, FetchError>> open_socket(SocketRequest request);

}  // namespace reprise::http
