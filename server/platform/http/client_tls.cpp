#include "platform/http/client_tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <ctime>

#include "platform/http/certificate.hpp"
#include "platform/http/client/streamed_exchange.hpp"

namespace reprise::http::client {
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

/// Made at first use, since reading the system's authorities takes some milliseconds.
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

FetchError failure_of(TlsStream& stream, const boost::system::error_code& error) {
  if (error == beast::error::timeout) {
    return {FetchFault::AnswerLate, "handshake: " + error.message()};
  }
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict == X509_V_OK) return {FetchFault::Tls, "handshake: " + error.message()};
  const bool time =
      verdict == X509_V_ERR_CERT_NOT_YET_VALID || verdict == X509_V_ERR_CERT_HAS_EXPIRED;
  return {time ? FetchFault::TlsTime : FetchFault::TlsTrust,
          "handshake: " + error.message() + ": " + X509_verify_cert_error_string(verdict)};
}

}  // namespace

Task<std::expected<TlsStream, FetchError>> secure(beast::tcp_stream tcp, Url url) {
  TlsStream stream(std::move(tcp), trust());
  // Server name indication (RFC 6066 3) is for names only, not for addresses. The call is a macro
  // around SSL_ctrl and copies the name.
  boost::system::error_code is_name;
  asio::ip::make_address(url.host, is_name);
  if (is_name && SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()) != 1) {
    co_return std::unexpected(FetchError{FetchFault::Tls, "handshake: the name is too long"});
  }
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  boost::system::error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return std::unexpected(failure_of(stream, error));
  co_return std::move(stream);
}

Task<OpenedConnection> connect_tls(Url url, std::optional<Proxy> proxy, Deadline deadline) {
  auto tcp = co_await reach(url, std::move(proxy), deadline);
  if (!tcp) co_return std::unexpected(std::move(tcp.error()));
  auto stream = co_await secure(std::move(*tcp), std::move(url));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return std::make_unique<StreamConnection<TlsStream>>(std::move(*stream));
}

Task<std::expected<ClientResponse, FetchError>> fetch_tls(ClientRequest request, Url url) {
  auto tcp = co_await reach(url, std::move(request.proxy), request.deadline);
  if (!tcp) co_return std::unexpected(std::move(tcp.error()));
  auto stream = co_await secure(std::move(*tcp), url);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  // No TLS shutdown is needed: Content-Length or chunks have told where the answer ends.
  co_return co_await exchange(&*stream, std::move(request), std::move(url));
}

Task<OpenedStream> open_stream_tls(ClientRequest request, Url url) {
  auto tcp = co_await reach(url, std::move(request.proxy), request.deadline);
  if (!tcp) co_return std::unexpected(std::move(tcp.error()));
  auto stream = co_await secure(std::move(*tcp), url);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  co_return co_await stream_on(std::move(*stream), std::move(request), std::move(url));
}

}  // namespace reprise::http::client

namespace reprise::http {

Task<std::expected<std::int64_t, FetchError>> certificate_end(std::string url, Deadline deadline) {
  const auto parsed = parse_url(url);
  if (!parsed || !parsed->tls) {
    co_return std::unexpected(FetchError{FetchFault::Request, "not a URL with https"});
  }
  auto tcp = co_await client::reach(*parsed, std::nullopt, deadline);
  if (!tcp) co_return std::unexpected(std::move(tcp.error()));
  auto stream = co_await client::secure(std::move(*tcp), *parsed);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      SSL_get1_peer_certificate(stream->native_handle()), &X509_free);
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    co_return std::unexpected(FetchError{FetchFault::Tls, "the certificate names no end"});
  }
  co_return std::int64_t{::timegm(&end)} * 1'000'000'000;
}

}  // namespace reprise::http
