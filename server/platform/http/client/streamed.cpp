#include "platform/http/client/streamed_exchange.hpp"
#include "platform/http/response_head.hpp"

namespace reprise::http {

Task<OpenedStream> open_stream(ClientRequest request) {
  Result<Url> url = parse_url(request.url);
  if (!url) co_return std::unexpected(FetchError{FetchFault::Request, "the URL is malformed"});
  if (!is_safe(request.headers)) {
    co_return std::unexpected(FetchError{FetchFault::Request, "a header field is malformed"});
  }
  url->pin = request.pin;
  if (url->tls) co_return co_await client::open_stream_tls(std::move(request), *std::move(url));
  auto stream = co_await client::reach(*url, std::nullopt, request.deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return co_await client::stream_on(std::move(*stream), std::move(request), *std::move(url));
}

}  // namespace reprise::http
