#pragma once

#include <array>
#include <boost/beast/http/buffer_body.hpp>
#include <utility>

#include "platform/http/client/streamed.hpp"
#include "platform/http/client_exchange.hpp"

// Inside of the client: an answer that is read while it comes, on plain and TLS connections.
namespace reprise::http::client {

/// Opens a stream over TLS; in the source of TLS, which is slow to compile.
Task<OpenedStream> open_stream_tls(ClientRequest request, Url url);

template <class Stream>
class Streamed final : public StreamedAnswer {
 public:
  explicit Streamed(Stream stream) : stream_(std::move(stream)) {}

  /// Sends the request and reads the head of its answer.
  Task<std::expected<void, FetchError>> begin(ClientRequest request, Url url) {
    namespace http = boost::beast::http;
    const auto message = message_of(std::move(request), url, Reuse::Close);
    boost::system::error_code error;
    co_await http::async_write(stream_, message,
                               boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return broken("write", error);
    parser_.body_limit(boost::none);
    co_await http::async_read_header(
        stream_, buffer_, parser_, boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return broken("read", error);
    co_return std::expected<void, FetchError>{};
  }

  int status() const override { return static_cast<int>(parser_.get().result_int()); }

  Headers headers() const override {
    Headers headers;
    for (const auto& field : parser_.get()) {
      headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    return headers;
  }

  Task<std::expected<std::string, FetchError>> next(Deadline deadline) override {
    namespace http = boost::beast::http;
    boost::beast::get_lowest_layer(stream_).expires_at(deadline.at());
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = space_.data();
      body.size = space_.size();
      boost::system::error_code error;
      co_await http::async_read_some(
          stream_, buffer_, parser_,
          boost::asio::redirect_error(boost::asio::use_awaitable, error));
      const std::size_t count = space_.size() - parser_.get().body().size;
      if (error && error != http::error::need_buffer) co_return broken("read", error);
      if (count > 0) co_return std::string(space_.data(), count);
    }
    co_return std::string();
  }

 private:
  static constexpr std::size_t kPieceBytes = 16 * 1024;

  Stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::response_parser<boost::beast::http::buffer_body> parser_;
  std::array<char, kPieceBytes> space_{};
};

template <class Stream>
Task<OpenedStream> stream_on(Stream stream, ClientRequest request, Url url) {
  auto streamed = std::make_unique<Streamed<Stream>>(std::move(stream));
  auto begun = co_await streamed->begin(std::move(request), std::move(url));
  if (!begun) co_return std::unexpected(std::move(begun.error()));
  co_return streamed;
}

}  // namespace reprise::http::client
