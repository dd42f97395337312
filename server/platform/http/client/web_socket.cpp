#include "platform/http/client/web_socket.hpp"

#include "platform/http/client/web_socket_stream.hpp"

namespace reprise::http {

Task<std::expected<std::unique_ptr<ClientSocket>, FetchError>> open_socket(SocketRequest request) {
  auto url = parse_url(request.url);
  if (!url) co_return std::unexpected(FetchError{FetchFault::Request, "the URL is malformed"});
  if (url->tls) co_return co_await client::open_tls_socket(std::move(request), std::move(*url));
  auto stream = co_await client::reach(*url, std::nullopt, request.deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return co_await client::shake_hands(std::move(*stream), std::move(*url), request.deadline);
}

}  // namespace reprise::http
