#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "platform/http/client_exchange.hpp"

namespace reprise::http::client {
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

/// Made at first use: reading the system's authorities takes some milliseconds.
asio::ssl::context& trust() {
  static asio::ssl::context context = [] {
    asio::ssl::context made(asio::ssl::context::tls_client);
    made.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    made.set_default_verify_paths();
    made.set_verify_mode(asio::ssl::verify_peer);
    return made;
  }();
  return context;
}

}  // namespace

Task<Result<ClientResponse>> fetch_tls(ClientRequest request, Url url) {
  beast::ssl_stream<beast::tcp_stream> stream(co_await asio::this_coro::executor, trust());
  // Server name indication (RFC 6066 3); the call is a macro around SSL_ctrl and copies the name.
  if (SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()) != 1) {
    co_return refused(url, "name", boost::system::error_code(asio::error::invalid_argument));
  }
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  const Status connected =
      co_await connect(&beast::get_lowest_layer(stream), &url, request.deadline);
  if (!connected) co_return std::unexpected(connected.error());
  boost::system::error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return refused(url, "handshake", error);
  // No TLS shutdown afterwards: Content-Length or chunks have said where the answer ends.
  co_return co_await exchange(&stream, std::move(request), std::move(url));
}

}  // namespace reprise::http::client
