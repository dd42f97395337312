#include "platform/http/web_socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket.hpp>

#include "base/log.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

constexpr std::size_t kMessageBytesMax = 16 * 1024 * 1024;
constexpr std::uint16_t kGoingAway = 1001;  // RFC 6455 7.4.1
constexpr std::uint16_t kLost = 1006;
constexpr std::uint16_t kInternalError = 1011;

CloseReason going_away() { return {kGoingAway, "the server stops"}; }

using Stream = websocket::stream<beast::tcp_stream>;

/// The socket. Shared by the handler's WebSocket and the close that a drain starts.
struct Socket {
  explicit Socket(beast::tcp_stream&& tcp) : stream(std::move(tcp)) {}
  Stream stream;
  bool closing = false;
};

Task<void> close_socket(std::shared_ptr<Socket> socket, CloseReason reason) {
  if (socket->closing || !socket->stream.is_open()) co_return;
  socket->closing = true;
  boost::system::error_code ignored;  // the peer may be gone
  const websocket::close_reason said(static_cast<websocket::close_code>(reason.code),
                                     reason.reason);
  co_await socket->stream.async_close(said, asio::redirect_error(asio::use_awaitable, ignored));
}

class ServerWebSocket final : public WebSocket {
 public:
  explicit ServerWebSocket(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}

  Task<std::expected<Frame, CloseReason>> read() override {
    Frame frame;
    boost::system::error_code error;
    auto space = asio::dynamic_buffer(frame.data);
    co_await socket_->stream.async_read(space, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::unexpected(reason_of(error));
    frame.kind = socket_->stream.got_text() ? Frame::Kind::Text : Frame::Kind::Binary;
    co_return frame;
  }

  Task<bool> write(Frame frame) override {
    if (socket_->closing || !socket_->stream.is_open()) co_return false;
    boost::system::error_code error;
    socket_->stream.text(frame.kind == Frame::Kind::Text);
    co_await socket_->stream.async_write(asio::buffer(frame.data),
                                         asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
  }

  Task<void> close(CloseReason reason) override { return close_socket(socket_, std::move(reason)); }

 private:
  CloseReason reason_of(boost::system::error_code error) const {
    if (error == websocket::error::message_too_big) return {1009, "message too big"};
    const websocket::close_reason& said = socket_->stream.reason();
    if (error != websocket::error::closed) return {kLost, error.message()};
    return {
        said.code == websocket::close_code::none ? std::uint16_t{1005} : std::uint16_t{said.code},
        std::string(said.reason.data(), said.reason.size())};
  }

  std::shared_ptr<Socket> socket_;  // shared with the drain, see Socket
};

class SocketCloser final : public Closable {
 public:
  SocketCloser(Worker& worker, std::shared_ptr<Socket> socket)
      : worker_(worker), socket_(std::move(socket)), registration_(worker, *this) {}
  void drain() override {
    worker_.tasks.spawn("http.web_socket_close", close_socket(socket_, going_away()));
  }
  void cut() override { beast::get_lowest_layer(socket_->stream).close(); }

 private:
  Worker& worker_;
  std::shared_ptr<Socket> socket_;  // shared with the handler's WebSocket, see Socket
  Registration registration_;
};

beast::http::request<beast::http::empty_body> handshake_of(const Request& request) {
  beast::http::request<beast::http::empty_body> handshake(beast::http::verb::get, request.path, 11);
  for (const auto& [name, value] : request.headers.rows()) handshake.insert(name, value);
  return handshake;
}

void prepare(Socket& socket, const ServerOptions& options, std::string request_id) {
  Stream& stream = socket.stream;
  beast::get_lowest_layer(stream).expires_never();  // the WebSocket has its own timer
  stream.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  stream.set_option(websocket::stream_base::decorator(
      [headers = options.headers, id = std::move(request_id)](websocket::response_type& response) {
        response.set("X-Request-Id", id);
        for (const auto& [name, value] : headers.rows()) response.set(name, value);
      }));
  stream.read_message_max(kMessageBytesMax);
  stream.auto_fragment(false);
}

}  // namespace

bool is_web_socket_request(const Request& request) {
  const auto field = [&](std::string_view name) { return request.headers.find(name).value_or(""); };
  return request.method == Method::Get && list_has(field("Connection"), "upgrade") &&
         list_has(field("Upgrade"), "websocket") && field("Sec-WebSocket-Version") == "13" &&
         !field("Sec-WebSocket-Key").empty();
}

Task<void> serve_web_socket(Worker* worker, beast::tcp_stream stream, Request request,
                            const WebSocketHandler* handler) {
  const auto socket = std::make_shared<Socket>(std::move(stream));
  const SocketCloser closer(*worker, socket);
  prepare(*socket, worker->shared.options, request.request_id);
  boost::system::error_code error;
  const auto handshake = handshake_of(request);
  co_await socket->stream.async_accept(handshake, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;  // Beast has answered with 400
  const std::string request_id = request.request_id;
  CloseReason reason{1000, {}};
  // Set since the handshake began, so the drain found no open socket to close.
  if (worker->draining) {
    reason = going_away();
    co_await close_socket(socket, std::move(reason));
    co_return;
  }
  try {
    co_await (*handler)(std::move(request), std::make_unique<ServerWebSocket>(socket));
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) throw;
    log::error("http.web_socket_failed", {{"request_id", request_id}, {"what", failure.what()}});
    reason = {kInternalError, "internal error"};
  } catch (const std::exception& failure) {
    log::error("http.web_socket_failed", {{"request_id", request_id}, {"what", failure.what()}});
    reason = {kInternalError, "internal error"};
  }
  co_await close_socket(socket, std::move(reason));
}

}  // namespace reprise::http
