#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <memory>

#include "platform/http/client.hpp"
#include "platform/http/client/web_socket.hpp"
#include "platform/http/client_exchange.hpp"

// Inside of the client: a WebSocket over a plain or a TLS stream. Two sources include it, one for
// each stream, because each takes most of a minute to compile.
namespace reprise::http::client {

using OpenedSocket = std::expected<std::unique_ptr<ClientSocket>, FetchError>;

/// Opens a socket over TLS; in a source of its own.
Task<OpenedSocket> open_tls_socket(SocketRequest request, Url url);

/// Cuts the connection at a deadline, unless this object is destroyed first.
template <class Stream>
class Cut {
 public:
  Cut(const std::shared_ptr<Stream>& stream, Deadline deadline)
      : timer_(stream->get_executor(), deadline.at()) {
    timer_.async_wait([stream](const boost::system::error_code& stopped) {
      if (!stopped) boost::beast::get_lowest_layer(*stream).close();
    });
  }

 private:
  boost::asio::steady_timer timer_;
};

template <class Inner>
class StreamSocket final : public ClientSocket {
 public:
  using Stream = boost::beast::websocket::stream<Inner>;
  explicit StreamSocket(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}

  Task<std::expected<Frame, CloseReason>> read(Deadline deadline) override {
    const Cut<Stream> cut(stream_, deadline);
    Frame frame;
    boost::system::error_code error;
    auto space = boost::asio::dynamic_buffer(frame.data);
    co_await stream_->async_read(space,
                                 boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return std::unexpected(reason_of(error));
    frame.kind = stream_->got_text() ? Frame::Kind::Text : Frame::Kind::Binary;
    co_return frame;
  }

  Task<bool> write(std::string text, Deadline deadline) override {
    const Cut<Stream> cut(stream_, deadline);
    boost::system::error_code error;
    stream_->text(true);
    co_await stream_->async_write(boost::asio::buffer(text),
                                  boost::asio::redirect_error(boost::asio::use_awaitable, error));
    co_return !error;
  }

  Task<void> close(Deadline deadline) override {
    const Cut<Stream> cut(stream_, deadline);
    boost::system::error_code ignored;  // the peer may be gone
    co_await stream_->async_close(boost::beast::websocket::close_code::normal,
                                  boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

 private:
  CloseReason reason_of(const boost::system::error_code& error) const {
    constexpr std::uint16_t kNoStatus = 1005;  // RFC 6455 7.4.1
    constexpr std::uint16_t kLost = 1006;
    if (error != boost::beast::websocket::error::closed) return {kLost, error.message()};
    const auto& said = stream_->reason();
    const bool none = said.code == boost::beast::websocket::close_code::none;
    return {none ? kNoStatus : std::uint16_t{said.code},
            std::string(said.reason.data(), said.reason.size())};
  }

  std::shared_ptr<Stream> stream_;  // shared with the timers that cut it
};

/// The handshake over a connected stream whose own timer is off.
template <class Inner>
Task<OpenedSocket> shake_hands(Inner inner, Url url, Deadline deadline) {
  namespace websocket = boost::beast::websocket;
  boost::beast::get_lowest_layer(inner).expires_never();  // `Cut` watches from here on
  using Stream = websocket::stream<Inner>;
  const auto stream = std::make_shared<Stream>(std::move(inner));
  stream->read_message_max(ClientSocket::kMessageBytesMax);
  stream->auto_fragment(false);
  const Cut<Stream> cut(stream, deadline);
  websocket::response_type answer;
  boost::system::error_code error;
  co_await stream->async_handshake(answer, url.authority, url.target,
                                   boost::asio::redirect_error(boost::asio::use_awaitable, error));
  if (error == websocket::error::upgrade_declined) {
    const int status = static_cast<int>(answer.result_int());
    co_return std::unexpected(
        FetchError{FetchFault::Upgrade, "handshake: status " + std::to_string(status), status});
  }
  if (error) {
    FetchError failure = broken("handshake", error).error();
    if (deadline.passed()) failure.fault = FetchFault::AnswerLate;
    co_return std::unexpected(std::move(failure));
  }
  co_return std::make_unique<StreamSocket<Inner>>(stream);
}

}  // namespace reprise::http::client
