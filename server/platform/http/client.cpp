#include "platform/http/client.hpp"

#include <charconv>

#include "platform/http/client_exchange.hpp"
#include "platform/http/framing.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace client {

std::unexpected<Error> refused(const Url& url, std::string_view step,
                               const boost::system::error_code& error) {
  return fail(ErrorCode::UpstreamRefused, url.authority + " did not answer.", {},
              std::string(step) + ": " + error.message());
}

Task<Status> connect(beast::tcp_stream* stream, const Url* url, Deadline deadline) {
  boost::system::error_code error;
  tcp::resolver resolver(co_await asio::this_coro::executor);
  const auto endpoints = co_await resolver.async_resolve(
      url->host, url->port, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refused(*url, "resolve", error);
  stream->expires_at(deadline.at());
  co_await stream->async_connect(endpoints, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refused(*url, "connect", error);
  stream->socket().set_option(tcp::no_delay(true), error);
  co_return Status{};
}

beast::http::request<beast::http::string_body> message_of(ClientRequest&& request, const Url& url) {
  const auto verb = beast::http::string_to_verb(method_name(request.method));
  beast::http::request<beast::http::string_body> message(verb, url.target, 11);
  for (const auto& [name, value] : request.headers.rows()) message.insert(name, value);
  message.set(beast::http::field::host, url.authority);
  message.set(beast::http::field::connection, "close");
  message.body() = std::move(request.body);
  message.prepare_payload();
  return message;
}

namespace {

Task<Result<ClientResponse>> fetch_plain(ClientRequest request, Url url) {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  const Status connected = co_await connect(&stream, &url, request.deadline);
  if (!connected) co_return std::unexpected(connected.error());
  co_return co_await exchange(&stream, std::move(request), std::move(url));
}

}  // namespace
}  // namespace client

Result<Url> parse_url(std::string_view text) {
  const auto invalid =
      fail(ErrorCode::Invalid, "The URL must be http://host[:port]/path or https://….");
  Url url;
  const auto scheme_end = text.find("://");
  if (scheme_end == text.npos) return invalid;
  const std::string_view scheme = text.substr(0, scheme_end);
  url.tls = same_token(scheme, "https");
  if (!url.tls && !same_token(scheme, "http")) return invalid;
  text.remove_prefix(scheme_end + 3);
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') return invalid;
  }
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  const auto name = host_name(authority);
  if (!name) return invalid;
  url.host = name->starts_with('[') ? name->substr(1, name->size() - 2) : *name;
  const std::string_view port = authority.substr(name->size());
  const std::string_view default_port = url.tls ? "443" : "80";
  url.port = port.empty() ? default_port : port.substr(1);
  std::uint32_t number = 0;
  std::from_chars(url.port.data(), url.port.data() + url.port.size(), number);
  if (number == 0 || number > 65535) return invalid;
  url.authority = url.port == default_port ? *name : *name + ':' + url.port;
  const std::string_view target = text.substr(authority.size());
  url.target = target.starts_with('/') ? std::string(target) : '/' + std::string(target);
  return url;
}

Task<Result<ClientResponse>> fetch(ClientRequest request) {
  Result<Url> url = parse_url(request.url);
  if (!url) co_return std::unexpected(url.error());
  if (!is_safe(request.headers)) {
    co_return fail(ErrorCode::Invalid, "A header field of the request is malformed.");
  }
  if (url->tls) co_return co_await client::fetch_tls(std::move(request), std::move(*url));
  co_return co_await client::fetch_plain(std::move(request), std::move(*url));
}

}  // namespace reprise::http
