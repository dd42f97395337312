#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "platform/http/client.hpp"
#include "platform/http/router.hpp"

// Inside of the client: what plain and TLS connections share.
namespace reprise::http::client {

/// What it means that this step, after the connection was made, has failed.
std::unexpected<FetchError> broken(std::string_view step, const boost::system::error_code& error);

/// A connection to the URL's host; for https through the proxy, if there is one. The connection's
/// timer runs until the deadline.
Task<std::expected<boost::beast::tcp_stream, FetchError>> reach(Url url, std::optional<Proxy> proxy,
                                                                Deadline deadline);

boost::beast::http::request<boost::beast::http::string_body> message_of(ClientRequest&& request,
                                                                        const Url& url);

/// Fetches over TLS; in a source of its own because asio::ssl is slow to compile.
Task<std::expected<ClientResponse, FetchError>> fetch_tls(ClientRequest request, Url url);

template <class Stream>
Task<std::expected<ClientResponse, FetchError>> exchange(Stream* stream, ClientRequest request,
                                                         Url url) {
  namespace http = boost::beast::http;
  const std::uint64_t body_bytes_max = request.body_bytes_max;
  const bool is_head = request.method == Method::Head;
  const auto message = message_of(std::move(request), url);
  boost::system::error_code error;
  co_await http::async_write(*stream, message,
                             boost::asio::redirect_error(boost::asio::use_awaitable, error));
  if (error) co_return broken("write", error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(body_bytes_max);
  parser.skip(is_head);
  co_await http::async_read(*stream, buffer, parser,
                            boost::asio::redirect_error(boost::asio::use_awaitable, error));
  if (error) co_return broken("read", error);
  auto answer = parser.release();
  ClientResponse response{.status = static_cast<int>(answer.result_int()),
                          .body = std::move(answer.body())};
  for (const auto& field : answer) {
    response.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  co_return response;
}

}  // namespace reprise::http::client
