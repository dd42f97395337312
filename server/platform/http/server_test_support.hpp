#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/describe/class.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>

#include "platform/http/json_body.hpp"
#include "platform/http/loopback_test_support.hpp"
#include "platform/http/server.hpp"

// For tests: a server with one handler for each way to answer.
namespace reprise::http {

using namespace std::chrono_literals;

struct Named {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))

inline Response text(std::string body) {
  Response response{.body = std::move(body)};
  response.headers.add("Content-Type", "text/plain");
  return response;
}

inline Task<Response> hello(Request request) { co_return text("hello " + request.path); }
inline Task<Response> params(Request request) {
  std::string joined;
  for (const auto& one : request.params) joined.append("[").append(one).append("]");
  for (const auto& [name, value] : request.query) {
    joined.append(name).append("=").append(value).append(";");
  }
  co_return text(joined);
}
inline Task<Response> echo(Request request) {
  auto bytes = co_await request.body->read_all();
  if (!bytes) co_return problem(bytes.error());
  co_return text(std::string(as_text(*bytes)));
}
inline constexpr std::size_t kLargeBytes = 8'000'000;
inline Task<Response> large(Request) { co_return text(std::string(kLargeBytes, 'x')); }
inline Task<Response> named(Request request) {
  const auto body = co_await read_json<Named>(request);
  if (!body) co_return problem(body.error());
  co_return json_of(201, *body);
}
inline Task<Response> unread(Request) { co_return problem({ErrorCode::Conflict, "Not now."}); }
inline Task<Response> broken(Request) { throw std::runtime_error("secret detail"); }
inline Task<Response> evil_header(Request) {
  Response response = text("x");
  response.headers.add("X-Name", "a\r\nSet-Cookie: b");
  co_return response;
}
inline Task<Response> own_policy(Request) {
  Response response = text("x");
  response.headers.add("content-security-policy", "sandbox");
  co_return response;
}

class Pieces : public BodySource {
 public:
  Pieces(std::vector<std::string> pieces, bool fails) : pieces_(std::move(pieces)), fails_(fails) {}
  Task<Bytes> next() override {
    if (at_ == pieces_.size() && fails_) throw std::runtime_error("disk gone");
    if (at_ == pieces_.size()) co_return Bytes{};
    const ByteView piece = as_bytes(pieces_[at_++]);
    co_return Bytes(piece.begin(), piece.end());
  }

 private:
  std::vector<std::string> pieces_;
  bool fails_;
  std::size_t at_ = 0;
};
inline Response stream(std::optional<std::uint64_t> length, bool fails) {
  return {.body = StreamBody{
              std::make_unique<Pieces>(std::vector<std::string>{"abc", "defgh"}, fails), length}};
}
inline Task<Response> chunked(Request) { co_return stream(std::nullopt, false); }
inline Task<Response> sized(Request) { co_return stream(8, false); }
inline Task<Response> cut(Request) { co_return stream(9, true); }
inline Task<Response> overlong(Request) { co_return stream(7, false); }

inline std::atomic<bool> slow_started = false;
inline Task<Response> slow(Request) {
  slow_started = true;
  co_await sleep_for(200ms);
  co_return text("slow but whole");
}
inline Task<Response> endless(Request) {
  slow_started = true;
  co_await sleep_for(1h);
  co_return text("never");
}

inline std::string file_path() {
  return testing::TempDir() + "reprise_http_server_test_" + std::to_string(::getpid());
}
inline constexpr std::size_t kFileBytes = 700'000;
inline std::string file_content() {
  std::string content;
  for (std::size_t i = 0; i < kFileBytes; ++i) content += static_cast<char>('a' + i % 23);
  return content;
}
inline Task<Response> download(Request request) {
  co_return file(request, {file_path(), 0, kFileBytes}, "video/webm", "v1", "no-cache");
}
inline Task<Response> missing_file(Request request) {
  co_return file(request, {"/nonexistent/x", 0, 5}, "video/webm", "v1", "no-cache");
}

inline Routes routes() {
  return {
      {Method::Get, "/hello", hello},
      {Method::Get, "/chats/{id:uuid}/parts/{seq:uint}/{name:segment}", params},
      {Method::Get, "/rest/{path:rest}", params},
      {Method::Post, "/echo", echo, 300'000},
      {Method::Put, "/echo", echo, 8 * 1024 * 1024},
      {Method::Get, "/large", large},
      {Method::Post, "/named", named},
      {Method::Post, "/unread", unread, 8 * 1024 * 1024},
      {Method::Get, "/broken", broken},
      {Method::Get, "/evil", evil_header},
      {Method::Get, "/own-policy", own_policy},
      {Method::Get, "/chunked", chunked},
      {Method::Get, "/sized", sized},
      {Method::Get, "/cut", cut},
      {Method::Get, "/overlong", overlong},
      {Method::Get, "/slow", slow},
      {Method::Get, "/endless", endless},
      {Method::Get, "/file", download},
      {Method::Get, "/missing-file", missing_file},
  };
}

/// Waits for `done`, twenty seconds at most.
inline bool eventually(const std::function<bool()>& done) {
  const auto until = Deadline::after(20s);
  while (!done()) {
    if (until.passed()) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

inline ServerOptions options() {
  ServerOptions options;
  options.hosts = {"localhost", "127.0.0.1"};
  options.headers.add("Content-Security-Policy", "default-src 'none'");
  return options;
}

class HttpServer : public testing::Test {
 protected:
  explicit HttpServer(ServerOptions with = options()) : server_(std::move(with), routes()) {
    std::ofstream(file_path(), std::ios::binary) << file_content();
    server_.start();
  }
  ~HttpServer() override {
    server_.close(Deadline::after(5s));
    std::filesystem::remove(file_path());
  }
  std::string ask(std::string_view request) { return RawClient(server_.port()).exchange(request); }
  Server server_;
};

}  // namespace reprise::http
