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
#include <memory>

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

/// Whether the connection is to be used again.
enum class Reuse { Close, Keep };

boost::beast::http::request<boost::beast::http::string_body> message_of(ClientRequest&& request,
                                                                        const Url& url,
                                                                        Reuse reuse);

class Connection;
using OpenedConnection = std::expected<std::unique_ptr<Connection>, FetchError>;
/// A new connection by TLS; in its own source, as below.
Task<OpenedConnection> connect_tls(Url url, std::optional<Proxy> proxy, Deadline deadline);

/// Fetches over TLS; in a source of its own because asio::ssl is slow to compile.
Task<std::expected<ClientResponse, FetchError>> fetch_tls(ClientRequest request, Url url);

/// Sends a request and reads its answer. `keeps` (may be null: the connection is closed afterwards)
/// gets whether the peer keeps the connection open.
template <class Stream>
Task<std::expected<ClientResponse, FetchError>> exchange(Stream* stream, ClientRequest request,
                                                         Url url, bool* keeps = nullptr) {
  namespace http = boost::beast::http;
  const std::uint64_t body_bytes_max = request.body_bytes_max;
  const bool is_head = request.method == Method::Head;
  const auto message =
      message_of(std::move(request), url, keeps == nullptr ? Reuse::Close : Reuse::Keep);
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
  if (keeps != nullptr) *keeps = parser.keep_alive() && buffer.size() == 0;
  auto answer = parser.release();
  ClientResponse response{.status = static_cast<int>(answer.result_int()),
                          .body = std::move(answer.body())};
  for (const auto& field : answer) {
    response.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  co_return response;
}

/// A connection that takes one request after the other.
class Connection {
 public:
  virtual ~Connection() = default;
  /// `keeps`: whether it may be asked again.
  virtual Task<std::expected<ClientResponse, FetchError>> ask(ClientRequest request, Url url,
                                                              bool* keeps) = 0;
  /// Nothing came since the last answer, the peer's end least of all.
  virtual bool is_quiet() = 0;
};

/// True when reading would wait: neither bytes nor the peer's end have come.
bool is_quiet(boost::beast::tcp_stream& stream);

template <class Stream>
class StreamConnection final : public Connection {
 public:
  explicit StreamConnection(Stream stream) : stream_(std::move(stream)) {}
  Task<std::expected<ClientResponse, FetchError>> ask(ClientRequest request, Url url,
                                                      bool* keeps) override {
    boost::beast::get_lowest_layer(stream_).expires_at(request.deadline.at());
    auto answer = co_await exchange(&stream_, std::move(request), std::move(url), keeps);
    boost::beast::get_lowest_layer(stream_).expires_never();
    co_return answer;
  }
  bool is_quiet() override { return client::is_quiet(boost::beast::get_lowest_layer(stream_)); }

 private:
  Stream stream_;
};

}  // namespace reprise::http::client
