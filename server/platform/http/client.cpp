#include "platform/http/client.hpp"

#include <boost/beast/http/empty_body.hpp>

#include "platform/http/client/dial.hpp"
#include "platform/http/client_exchange.hpp"
#include "platform/http/response_head.hpp"

namespace reprise::http {
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace client {

std::unexpected<FetchError> broken(std::string_view step, const boost::system::error_code& error) {
  namespace http = beast::http;
  FetchFault fault = FetchFault::Cut;
  if (error == beast::error::timeout) {
    fault = FetchFault::AnswerLate;
  } else if (error == http::error::body_limit) {
    fault = FetchFault::TooLarge;
  } else if (error.category() == http::make_error_code(http::error::bad_version).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    fault = FetchFault::Malformed;
  }
  return std::unexpected(FetchError{fault, std::string(step) + ": " + error.message()});
}

namespace {

/// Asks the proxy for a tunnel (RFC 9110 9.3.6). The stream's timer must be running.
Task<std::expected<void, FetchError>> open_tunnel(beast::tcp_stream* stream, const Url* url,
                                                  const Proxy* proxy) {
  namespace http = beast::http;
  const std::string host = url->host.contains(':') ? "[" + url->host + "]" : url->host;
  const std::string target = host + ":" + url->port;
  http::request<http::empty_body> wish(http::verb::connect, target, 11);
  wish.set(http::field::host, target);
  if (!proxy->authorization.empty()) {
    wish.set(http::field::proxy_authorization, proxy->authorization);
  }
  boost::system::error_code error;
  co_await http::async_write(*stream, wish, asio::redirect_error(asio::use_awaitable, error));
  FetchError failure{FetchFault::Proxy, "proxy " + proxy->shown, 0, true};
  http::response_parser<http::empty_body> parser;
  parser.skip(true);  // after a 2xx the tunnel follows; the text of a refusal must not be shown
  beast::flat_buffer buffer;
  if (!error) {
    co_await http::async_read_header(*stream, buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) {
    FetchError why = broken("proxy " + proxy->shown, error).error();
    if (why.fault == FetchFault::Malformed) why.fault = FetchFault::Proxy;
    why.at_proxy = true;
    co_return std::unexpected(std::move(why));
  }
  failure.status = static_cast<int>(parser.get().result_int());
  if (failure.status / 100 == 2 && buffer.size() == 0) co_return std::expected<void, FetchError>{};
  failure.detail += " answered CONNECT with status " + std::to_string(failure.status);
  co_return std::unexpected(std::move(failure));
}

}  // namespace

Task<std::expected<beast::tcp_stream, FetchError>> reach(Url url, std::optional<Proxy> proxy,
                                                         Deadline deadline) {
  if (!url.tls || url.pin) proxy.reset();
  Place place = proxy     ? Place{proxy->host, proxy->port}
                : url.pin ? Place{url.pin->host, url.pin->port}
                          : Place{url.host, url.port};
  auto socket = co_await dial(std::move(place), deadline);
  if (!socket) {
    FetchError failure = std::move(socket.error());
    failure.at_proxy = proxy.has_value();
    if (proxy) failure.detail = "proxy " + proxy->shown + ": " + failure.detail;
    co_return std::unexpected(std::move(failure));
  }
  beast::tcp_stream stream(std::move(*socket));
  stream.expires_at(deadline.at());
  if (proxy) {
    const auto opened = co_await open_tunnel(&stream, &url, &*proxy);
    if (!opened) co_return std::unexpected(opened.error());
  }
  co_return std::move(stream);
}

beast::http::request<beast::http::string_body> message_of(ClientRequest&& request, const Url& url,
                                                          Reuse reuse) {
  const auto verb = beast::http::string_to_verb(method_name(request.method));
  beast::http::request<beast::http::string_body> message(verb, url.target, 11);
  for (const auto& [name, value] : request.headers.rows()) message.insert(name, value);
  message.set(beast::http::field::host, url.authority);
  if (reuse == Reuse::Close) message.set(beast::http::field::connection, "close");
  message.body() = std::move(request.body);
  message.prepare_payload();
  return message;
}

namespace {

Task<std::expected<ClientResponse, FetchError>> fetch_plain(ClientRequest request, Url url) {
  auto stream = co_await reach(url, std::nullopt, request.deadline);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return co_await exchange(&*stream, std::move(request), std::move(url));
}

}  // namespace
}  // namespace client

Task<std::expected<ClientResponse, FetchError>> fetch(ClientRequest request) {
  Result<Url> url = parse_url(request.url);
  if (!url) co_return std::unexpected(FetchError{FetchFault::Request, "the URL is malformed"});
  if (!is_safe(request.headers)) {
    co_return std::unexpected(FetchError{FetchFault::Request, "a header field is malformed"});
  }
  url->pin = request.pin;
  if (url->tls) co_return co_await client::fetch_tls(std::move(request), std::move(*url));
  co_return co_await client::fetch_plain(std::move(request), std::move(*url));
}

}  // namespace reprise::http
