#include "platform/http/client/web_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/client_test_support.hpp"
#include "platform/http/server.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;

/// Sends the path with its query, echoes until "close", then closes with 1008.
Task<void> echo(Request request, std::unique_ptr<WebSocket> socket) {
  Frame hello{Frame::Kind::Binary,
              request.path + "?" + std::string(request.query_value("access_token").value_or(""))};
  co_await socket->write(std::move(hello));
  for (;;) {
    auto frame = co_await socket->read();
    if (!frame) co_return;
    if (frame->data == "close") break;
    co_await socket->write(std::move(*frame));
  }
  CloseReason reason{1008, "BidiGenerateContent session not found"};
  co_await socket->close(std::move(reason));
}

Task<Response> no_socket(Request) { co_return Response{.status = 429}; }

Task<std::vector<std::string>> talk(std::string url) {
  std::vector<std::string> heard;
  SocketRequest request{.url = std::move(url)};
  auto socket = co_await open_socket(std::move(request));
  if (!socket) {
    heard.push_back(socket.error().detail);
    co_return heard;
  }
  const auto hello = co_await (*socket)->read(Deadline::after(10s));
  heard.push_back(hello->kind == Frame::Kind::Binary ? hello->data : "not binary");
  const std::string large(300'000, 'x');
  for (const std::string& text : {std::string("one"), large, std::string("close")}) {
    std::string copy = text;
    const bool sent = co_await (*socket)->write(std::move(copy), Deadline::after(10s));
    heard.emplace_back(sent ? "sent" : "not sent");
    const auto answer = co_await (*socket)->read(Deadline::after(10s));
    heard.push_back(answer ? (answer->data == large ? "large" : answer->data)
                           : std::to_string(answer.error().code) + " " + answer.error().reason);
  }
  co_return heard;
}

Task<std::string> wait_in_vain(std::string url) {
  SocketRequest request{.url = std::move(url)};
  auto socket = co_await open_socket(std::move(request));
  if (!socket) co_return socket.error().detail;
  co_await (*socket)->read(Deadline::after(10s));
  const auto nothing = co_await (*socket)->read(Deadline::after(50ms));
  co_return nothing ? "a frame" : std::to_string(nothing.error().code);
}

Task<std::string> close_politely(std::string url) {
  SocketRequest request{.url = std::move(url)};
  auto socket = co_await open_socket(std::move(request));
  if (!socket) co_return socket.error().detail;
  co_await (*socket)->read(Deadline::after(10s));
  co_await (*socket)->close(Deadline::after(10s));
  const bool sent = co_await (*socket)->write("late", Deadline::after(10s));
  co_return sent ? "sent" : "closed";
}

Task<FetchError> failure(SocketRequest request) {
  const auto socket = co_await open_socket(std::move(request));
  co_return socket ? FetchError{FetchFault::Request, "opened"} : socket.error();
}

class ClientSocketTest : public testing::Test {
 protected:
  ClientSocketTest()
      : server_({}, {{.method = Method::Get, .pattern = "/ws/{rest:rest}", .web_socket = echo},
                     {.method = Method::Get, .pattern = "/busy", .handler = no_socket}}) {
    server_.start();
  }
  ~ClientSocketTest() override { server_.close(Deadline::after(50ms)); }
  std::string url(const std::string& path) {
    return "http://localhost:" + std::to_string(server_.port()) + path;
  }
  Server server_;
};

TEST_F(ClientSocketTest, SendsReadsAndTellsHowItWasClosed) {
  EXPECT_THAT(run_and_wait(talk(url("/ws/x?access_token=auth_tokens/a"))),
              testing::ElementsAre("/ws/x?auth_tokens/a", "sent", "one", "sent", "large", "sent",
                                   "1008 BidiGenerateContent session not found"));
}

TEST_F(ClientSocketTest, GivesUpReadingAtTheDeadline) {
  EXPECT_EQ(run_and_wait(wait_in_vain(url("/ws/x"))), "1006");
}

TEST_F(ClientSocketTest, ClosesAndIsClosed) {
  EXPECT_EQ(run_and_wait(close_politely(url("/ws/x"))), "closed");
}

TEST_F(ClientSocketTest, SaysWhyItDidNotOpen) {
  const FetchError busy = run_and_wait(failure({.url = url("/busy")}));
  EXPECT_EQ(busy.fault, FetchFault::Upgrade);
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(run_and_wait(failure({.url = "nonsense"})).fault, FetchFault::Request);
  const std::string gone = url("/ws/x?access_token=auth_tokens/secret");
  server_.close(Deadline::after(1s));
  const FetchError refused = run_and_wait(failure({.url = gone}));
  EXPECT_EQ(refused.fault, FetchFault::Refused);
  EXPECT_THAT(refused.detail, testing::Not(testing::HasSubstr("secret")));
}

}  // namespace
}  // namespace reprise::http
