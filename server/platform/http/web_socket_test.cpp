#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "platform/http/loopback_test_support.hpp"
#include "platform/http/server.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

std::atomic<std::uint16_t> close_code = 0;

Task<void> echo(Request request, std::unique_ptr<WebSocket> socket) {
  if (const auto name = request.query_value("name")) {
    Frame greeting{Frame::Kind::Text, std::string(*name)};
    co_await socket->write(std::move(greeting));
  }
  for (;;) {
    auto frame = co_await socket->read();
    if (!frame) {
      close_code = frame.error().code;
      co_return;
    }
    if (!co_await socket->write(std::move(*frame))) co_return;
  }
}
Task<void> close_at_once(Request, std::unique_ptr<WebSocket> socket) {
  CloseReason reason{1008, "no key"};
  co_await socket->close(std::move(reason));
}
Task<void> fail(Request, std::unique_ptr<WebSocket>) { throw std::runtime_error("broken"); }

/// A blocking client, made with Beast.
struct Client {
  Client(std::uint16_t port, const std::string& target) : stream(context) {
    auto& tcp = stream.next_layer();
    tcp.connect({asio::ip::address_v4::loopback(), port});
    tcp.set_option(asio::ip::tcp::no_delay(true));
    stream.handshake(response, "localhost", target);
  }
  std::string read() {
    beast::flat_buffer buffer;
    stream.read(buffer);
    return beast::buffers_to_string(buffer.data());
  }
  asio::io_context context;
  websocket::stream<asio::ip::tcp::socket> stream;
  websocket::response_type response;
};

class WebSocketServer : public testing::Test {
 protected:
  WebSocketServer() : server_(options(), routes()) {
    close_code = 0;
    server_.start();
  }
  ~WebSocketServer() override { server_.close(Deadline::after(2s)); }
  static ServerOptions options() {
    ServerOptions options;
    options.merge_slashes = true;
    options.headers.add("X-Content-Type-Options", "nosniff");
    return options;
  }
  static Routes routes() {
    return {{.pattern = "/ws/echo", .web_socket = echo},
            {.pattern = "/ws/close", .web_socket = close_at_once},
            {.pattern = "/ws/fail", .web_socket = fail}};
  }
  Server server_;
};

TEST_F(WebSocketServer, EchoesTextAndBinaryOfAnySizeUpToTheLimit) {
  Client client(server_.port(), "//ws/echo?name=Ada%20L");
  EXPECT_EQ(client.response["X-Content-Type-Options"], "nosniff");
  EXPECT_EQ(client.response["X-Request-Id"].size(), 36u);
  EXPECT_EQ(client.read(), "Ada L");
  for (const std::size_t size : {0, 1, 125, 126, 65535, 65536, 3'000'000}) {
    for (const bool text : {true, false}) {
      client.stream.text(text);
      const std::string sent(size, 'x');
      client.stream.write(asio::buffer(sent));
      EXPECT_EQ(client.read(), sent);
      EXPECT_EQ(client.stream.got_text(), text);
    }
  }
}

TEST_F(WebSocketServer, AnswersPings) {
  Client client(server_.port(), "/ws/echo");
  std::string pong;
  client.stream.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
    if (kind == websocket::frame_type::pong) pong = payload;
  });
  client.stream.ping("are you there");
  client.stream.write(asio::buffer(std::string("x")));
  client.read();
  EXPECT_EQ(pong, "are you there");
}

TEST_F(WebSocketServer, TellsTheHandlerHowThePeerClosed) {
  {
    Client client(server_.port(), "/ws/echo");
    client.stream.close(websocket::close_reason(static_cast<websocket::close_code>(4001), "bye"));
  }
  while (close_code == 0) std::this_thread::yield();
  EXPECT_EQ(close_code, 4001);
  close_code = 0;
  {
    Client lost(server_.port(), "/ws/echo");
  }
  while (close_code == 0) std::this_thread::yield();
  EXPECT_EQ(close_code, 1006);
}

std::pair<int, std::string> close_of(Client& client) {
  try {
    client.read();
  } catch (const boost::system::system_error& error) {
    if (error.code() != websocket::error::closed) return {0, error.what()};
  }
  return {client.stream.reason().code, std::string(client.stream.reason().reason.c_str())};
}

TEST_F(WebSocketServer, ClosesWithTheReasonOfTheHandler) {
  Client refused(server_.port(), "/ws/close");
  EXPECT_EQ(close_of(refused), std::pair(1008, std::string("no key")));
  Client failed(server_.port(), "/ws/fail");
  EXPECT_EQ(close_of(failed), std::pair(1011, std::string("internal error")));
}

TEST_F(WebSocketServer, RefusesMessagesOverTheLimit) {
  Client client(server_.port(), "/ws/echo");
  boost::system::error_code ignored;
  client.stream.write(asio::buffer(std::string(17 * 1024 * 1024, 'x')), ignored);
  while (close_code == 0) std::this_thread::yield();
  EXPECT_EQ(close_code, 1009);
}

TEST_F(WebSocketServer, AClosingServerSaysGoingAway) {
  Client client(server_.port(), "/ws/echo");
  std::thread closer([&] { server_.close(Deadline::after(5s)); });
  EXPECT_EQ(close_of(client), std::pair(1001, std::string("the server stops")));
  closer.join();
}

TEST_F(WebSocketServer, ASilentPeerIsCutAtTheDeadline) {
  Client client(server_.port(), "/ws/echo");
  const auto begin = std::chrono::steady_clock::now();
  server_.close(Deadline::after(50ms));  // the client does not read, so it never answers the close
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(WebSocketServer, TakesOnlyProperHandshakes) {
  RawClient plain(server_.port());
  const std::string answer = plain.exchange(get("/ws/echo"));
  EXPECT_EQ(status_of(answer), 426);
  EXPECT_THAT(answer, testing::HasSubstr("\r\nUpgrade: websocket\r\n"));
  RawClient foreign(server_.port());
  EXPECT_EQ(status_of(foreign.exchange(get(
                "/ws/echo",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://evil.example\r\n"))),
            403);
}

}  // namespace
}  // namespace reprise::http
