#include <boost/beast/websocket/ssl.hpp>

#include "platform/http/client/web_socket_stream.hpp"
#include "platform/http/client_tls.hpp"

namespace reprise::http::client {

Task<OpenedSocket> open_tls_socket(SocketRequest request, Url url) {
  auto tcp = co_await reach(url, std::move(request.proxy), request.deadline);
  if (!tcp) co_return std::unexpected(std::move(tcp.error()));
  auto stream = co_await secure(std::move(*tcp), url);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return co_await shake_hands(std::move(*stream), std::move(url), request.deadline);
}

}  // namespace reprise::http::client
