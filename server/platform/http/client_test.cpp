#include "platform/http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "platform/http/client_test_support.hpp"
#include "platform/http/server.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;

Task<Response> echo(Request request) {
  const auto body = co_await request.body->read_all();
  Response response{.status = 201, .body = request.path + "|" + std::string(as_text(*body))};
  response.headers.add("X-Key", std::string(request.headers.find("x-goog-api-key").value_or("")));
  response.headers.add("X-Host", std::string(request.headers.find("Host").value_or("")));
  co_return response;
}
Task<Response> redirect(Request) {
  Response response{.status = 302};
  response.headers.add("Location", "/echo");
  co_return response;
}
Task<Response> large(Request) { co_return Response{.body = std::string(5000, 'x')}; }
Task<Response> slow(Request) {
  co_await sleep_for(10s);
  co_return Response{};
}

class HttpClient : public testing::Test {
 protected:
  HttpClient() : server_({}, routes()) { server_.start(); }
  ~HttpClient() override { server_.close(Deadline::after(50ms)); }
  static Routes routes() {
    return {{Method::Post, "/echo", echo},
            {Method::Get, "/redirect", redirect},
            {Method::Get, "/large", large},
            {Method::Get, "/slow", slow}};
  }
  std::string url(const std::string& path) {
    return "http://localhost:" + std::to_string(server_.port()) + path;
  }
  Server server_;
};

TEST_F(HttpClient, SendsABodyAndReadsTheAnswer) {
  ClientRequest request{.method = Method::Post, .url = url("/echo?key=1"), .body = "hello"};
  request.headers.add("x-goog-api-key", "k");
  const auto answer = fetch_and_wait(std::move(request));
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "/echo|hello");
  EXPECT_EQ(answer->headers.find("X-Key"), "k");
  EXPECT_EQ(answer->headers.find("x-host"), "localhost:" + std::to_string(server_.port()));
}

TEST_F(HttpClient, FollowsNoRedirect) {
  EXPECT_EQ(fetch_and_wait({.url = url("/redirect")})->status, 302);
}

TEST_F(HttpClient, HeadHasNoBody) {
  const auto answer = fetch_and_wait({.method = Method::Head, .url = url("/large")});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->headers.find("Content-Length"), "5000");
  EXPECT_EQ(answer->body, "");
}

TEST_F(HttpClient, LimitsTheAnswer) {
  const auto answer = fetch_and_wait({.url = url("/large"), .body_bytes_max = 4999});
  EXPECT_EQ(answer.error().fault, FetchFault::TooLarge);
  EXPECT_TRUE(fetch_and_wait({.url = url("/large"), .body_bytes_max = 5000}));
}

TEST_F(HttpClient, GivesUpAtTheDeadline) {
  // Long enough to connect, also on a busy machine.
  const auto answer = fetch_and_wait({.url = url("/slow"), .deadline = Deadline::after(2s)});
  EXPECT_EQ(answer.error().fault, FetchFault::AnswerLate);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("read"));
}

TEST_F(HttpClient, SaysThatNobodyAnswers) {
  const std::string gone = url("/echo");
  server_.close(Deadline::after(1s));
  const auto answer = fetch_and_wait({.url = gone});
  EXPECT_EQ(answer.error().fault, FetchFault::Refused);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("connect"));
}

TEST_F(HttpClient, RefusesHeadersThatCouldSplitTheRequest) {
  ClientRequest request{.url = url("/echo")};
  request.headers.add("X", "a\r\nY: b");
  EXPECT_EQ(fetch_and_wait(std::move(request)).error().fault, FetchFault::Request);
}

TEST(ParseUrl, SplitsWhatItIsGiven) {
  const struct {
    const char* text;
    bool tls;
    const char* host;
    const char* port;
    const char* authority;
    const char* target;
  } cases[] = {
      {"http://localhost:8081", false, "localhost", "8081", "localhost:8081", "/"},
      {"https://Example.com/v1beta/auth_tokens?x=y", true, "example.com", "443", "example.com",
       "/v1beta/auth_tokens?x=y"},
      {"HTTPS://h:443?x", true, "h", "443", "h", "/?x"},
      {"http://[::1]:80/a", false, "::1", "80", "[::1]", "/a"},
  };
  for (const auto& c : cases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url) << c.text;
    EXPECT_EQ(url->tls, c.tls);
    EXPECT_EQ(url->host, c.host);
    EXPECT_EQ(url->port, c.port);
    EXPECT_EQ(url->authority, c.authority);
    EXPECT_EQ(url->target, c.target);
  }
}

TEST(ParseUrl, RefusesEverythingElse) {
  for (const char* text : {"", "localhost:80", "ftp://h", "http://", "http:///x", "http://u@h/",
                           "http://h:0/", "http://h:65536/", "http://h:x/", "http://h/a b",
                           "http://h/#f", "http://h\\x", "http://h/\r\nX: y", "ws://h"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace
}  // namespace reprise::http
