#include "platform/http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/describe/class.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/id.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/loopback_test_support.hpp"
#include "platform/http/metrics.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Named {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))

Response text(std::string body) {
  Response response{.body = std::move(body)};
  response.headers.add("Content-Type", "text/plain");
  return response;
}

Task<Response> hello(Request request) { co_return text("hello " + request.path); }
Task<Response> params(Request request) {
  std::string joined;
  for (const auto& one : request.params) joined += '[' + one + ']';
  for (const auto& [name, value] : request.query) joined += name + '=' + value + ';';
  co_return text(joined);
}
Task<Response> echo(Request request) {
  auto bytes = co_await request.body->read_all();
  if (!bytes) co_return problem(bytes.error());
  co_return text(std::string(as_text(*bytes)));
}
Task<Response> named(Request request) {
  const auto body = co_await read_json<Named>(request);
  if (!body) co_return problem(body.error());
  co_return json_of(201, *body);
}
Task<Response> unread(Request) { co_return problem({ErrorCode::Conflict, "Not now."}); }
Task<Response> broken(Request) { throw std::runtime_error("secret detail"); }
Task<Response> evil_header(Request) {
  Response response = text("x");
  response.headers.add("X-Name", "a\r\nSet-Cookie: b");
  co_return response;
}
Task<Response> own_policy(Request) {
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
Response stream(std::optional<std::uint64_t> length, bool fails) {
  return {.body = StreamBody{
              std::make_unique<Pieces>(std::vector<std::string>{"abc", "defgh"}, fails), length}};
}
Task<Response> chunked(Request) { co_return stream(std::nullopt, false); }
Task<Response> sized(Request) { co_return stream(8, false); }
Task<Response> cut(Request) { co_return stream(9, true); }
Task<Response> overlong(Request) { co_return stream(7, false); }

std::atomic<bool> slow_started = false;
Task<Response> slow(Request) {
  slow_started = true;
  co_await sleep_for(200ms);
  co_return text("slow but whole");
}
Task<Response> endless(Request) {
  slow_started = true;
  co_await sleep_for(1h);
  co_return text("never");
}

std::string file_path() {
  return testing::TempDir() + "reprise_http_server_test_" + std::to_string(::getpid());
}
constexpr std::size_t kFileBytes = 700'000;
std::string file_content() {
  std::string content;
  for (std::size_t i = 0; i < kFileBytes; ++i) content += static_cast<char>('a' + i % 23);
  return content;
}
Task<Response> download(Request request) {
  co_return file(request, {file_path(), 0, kFileBytes}, "video/webm", "v1", "no-cache");
}
Task<Response> missing_file(Request request) {
  co_return file(request, {"/nonexistent/x", 0, 5}, "video/webm", "v1", "no-cache");
}

Routes routes() {
  return {
      {Method::Get, "/hello", hello},
      {Method::Get, "/chats/{id:uuid}/parts/{seq:uint}/{name:segment}", params},
      {Method::Get, "/rest/{path:rest}", params},
      {Method::Post, "/echo", echo, 300'000},
      {Method::Put, "/echo", echo, 8 * 1024 * 1024},
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

ServerOptions options() {
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

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  RawClient client(server_.port());
  for (int i = 0; i < 3; ++i) {
    const std::string answer = client.exchange(get("/hello"));
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "hello /hello");
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Security-Policy: default-src 'none'\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
    EXPECT_TRUE(is_uuid(answer.substr(answer.find("X-Request-Id: ") + 14, 36))) << answer;
  }
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  RawClient client(server_.port());
  client.send(get("/hello") +
              "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc" +
              get("/sized"));
  EXPECT_EQ(body_of(client.read_answer()), "hello /hello");
  EXPECT_EQ(body_of(client.read_answer()), "abc");
  EXPECT_EQ(body_of(client.read_answer()), "abcdefgh");
}

TEST_F(HttpServer, HandsTypedParametersAndTheQueryToTheHandler) {
  const std::string id = new_uuid7();
  EXPECT_EQ(body_of(ask(get("/chats/" + id + "/parts/7/a%20b?x=1&y=%C5%BC+z"))),
            "[" + id + "][7][a b]x=1;y=ż z;");
  EXPECT_EQ(body_of(ask(get("/rest/a/b.c"))), "[a/b.c]");
}

TEST_F(HttpServer, EveryErrorIsAProblemWithTheRequestId) {
  const struct {
    std::string request;
    int status;
    const char* type;
  } cases[] = {
      {get("/nothing"), 404, "not-found"},
      {get("/chats/not-a-uuid/parts/7/x"), 404, "not-found"},
      {get("/%zz"), 400, "bad-request"},
      {get("/broken"), 500, "internal-server-error"},
      {get("/evil"), 500, "internal-server-error"},
      {get("/missing-file"), 500, "internal-server-error"},
      {"POST /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method-not-allowed"},
      {"POST /unread HTTP/1.1\r\nHost: localhost\r\n\r\n", 409, "conflict"},
      {"POST /named HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 415,
       "unsupported-media-type"},
      {"POST /named HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
       "application/json\r\nContent-Length: 2\r\n\r\n{}",
       400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300001\r\n\r\n", 413,
       "content-too-large"},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n", 403,
       "cross-site"},
      {get("/file", "Range: bytes=900000-\r\n"), 416, "range-not-satisfiable"},
      {get("/file", "If-Match: \"v2\"\r\n"), 412, "precondition-failed"},
  };
  for (const auto& c : cases) {
    const std::string answer = ask(c.request);
    EXPECT_EQ(status_of(answer), c.status) << c.request << answer;
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json")) << c.request;
    const auto body = boost::json::parse(body_of(answer)).as_object();
    EXPECT_EQ(body.at("type").as_string(), std::string("urn:reprise:problem:") + c.type)
        << c.request;
    EXPECT_EQ(body.at("status").as_int64(), c.status);
    EXPECT_FALSE(body.at("detail").as_string().empty());
    EXPECT_THAT(answer,
                HasSubstr("X-Request-Id: " + std::string(body.at("request_id").as_string())));
    EXPECT_THAT(answer, Not(HasSubstr("secret detail")));
    EXPECT_THAT(answer, HasSubstr("Content-Security-Policy"));
  }
}

TEST_F(HttpServer, ReadsJsonIntoStructs) {
  EXPECT_EQ(body_of(ask("POST /named HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        "application/json; charset=utf-8\r\n"
                        "Content-Length: 14\r\n\r\n{\"name\":\"Ada\"}")),
            R"({"name":"Ada"})");
}

TEST_F(HttpServer, NamesTheAllowedMethods) {
  EXPECT_THAT(ask("DELETE /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              HasSubstr("\r\nAllow: OPTIONS, POST, PUT\r\n"));
  EXPECT_THAT(ask("OPTIONS /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 204 "));
}

TEST_F(HttpServer, HeadHasTheFieldsOfGetAndNoBody) {
  RawClient client(server_.port());
  for (const char* path : {"/hello", "/file"}) {
    client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string answer = client.read_answer(true);
    EXPECT_EQ(body_of(answer), "");
    EXPECT_THAT(answer,
                HasSubstr("Content-Length: " + std::to_string(path[1] == 'h' ? 12 : kFileBytes)));
  }
  EXPECT_EQ(body_of(client.exchange(get("/hello"))), "hello /hello");
}

TEST_F(HttpServer, AHandlersOwnHeaderReplacesTheDefault) {
  const std::string answer = ask(get("/own-policy"));
  EXPECT_THAT(answer, HasSubstr("sandbox"));
  EXPECT_THAT(answer, Not(HasSubstr("default-src")));
}

TEST_F(HttpServer, StreamsWithAndWithoutALength) {
  EXPECT_EQ(body_of(ask(get("/chunked"))), "3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(ask(get("/sized"))), "abcdefgh");
  RawClient old(server_.port());
  old.send("GET /chunked HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = old.read_to_end();
  EXPECT_EQ(body_of(answer), "abcdefgh");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(HttpServer, AStreamThatBreaksItsPromiseCutsTheConnection) {
  for (const char* path : {"/cut", "/overlong"}) {
    RawClient client(server_.port());
    client.send(get(path));
    EXPECT_THAT(body_of(client.read_to_end()), testing::AnyOf("abcdefgh", "abc")) << path;
  }
}

TEST_F(HttpServer, SendsFilesAndTheirRanges) {
  const std::string content = file_content();
  RawClient client(server_.port());
  EXPECT_EQ(body_of(client.exchange(get("/file"))), content);
  const std::string part = client.exchange(get("/file", "Range: bytes=262143-262145\r\n"));
  EXPECT_EQ(status_of(part), 206);
  EXPECT_EQ(body_of(part), content.substr(262143, 3));
  EXPECT_THAT(part, HasSubstr("Content-Range: bytes 262143-262145/700000"));
  EXPECT_EQ(body_of(client.exchange(get("/file", "Range: bytes=-400000\r\n"))),
            content.substr(300'000));
  const std::string unchanged = client.exchange(get("/file", "If-None-Match: \"v1\"\r\n"));
  EXPECT_EQ(status_of(unchanged), 304);
  EXPECT_EQ(body_of(unchanged), "");
  EXPECT_THAT(unchanged, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(body_of(client.exchange(get("/hello"))), "hello /hello");
}

TEST_F(HttpServer, ReadsChunkedBodiesAndTheirTrailers) {
  RawClient client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("5;x=y\r\ndefgh\r\n0\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "abcdefgh");
  EXPECT_EQ(body_of(client.exchange(get("/hello"))), "hello /hello");
}

TEST_F(HttpServer, ReadsLargeBodies) {
  const std::string body(5'000'000, 'x');
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  client.send(body);
  EXPECT_EQ(body_of(client.read_answer()), body);
}

TEST_F(HttpServer, CountsChunkedBodiesAgainstTheLimit) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 40; ++i) client.send("2710\r\n" + std::string(10'000, 'x') + "\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_EQ(status_of(answer), 413) << answer;
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(HttpServer, AnEarlyRefusalCanBeReadByAClientThatSendsOn) {
  RawClient client(server_.port());
  client.send("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(9'000'000, 'x')));
  client.finish_sending();
  EXPECT_EQ(status_of(client.read_to_end()), 413);
}

TEST_F(HttpServer, SkipsASmallBodyThatNobodyReadAndGoesOn) {
  RawClient client(server_.port());
  client.send("POST /unread HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'x') + get("/hello"));
  EXPECT_EQ(status_of(client.read_answer()), 409);
  EXPECT_EQ(body_of(client.read_answer()), "hello /hello");
}

TEST_F(HttpServer, AsksForTheBodyOnlyWhenAHandlerReadsIt) {
  RawClient client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "3\r\n\r\n");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(body_of(client.exchange("abc")), "abc");
  client.send(
      "POST /unread HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "3\r\n\r\n");
  EXPECT_EQ(status_of(client.read_answer()), 409);
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServer, ABodyThatIsCutIsInvalidAndReachesNoHandlerAsWhole) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  client.finish_sending();
  EXPECT_EQ(status_of(client.read_to_end()), 400);
}

TEST_F(HttpServer, ASecondServerOnThePortFails) {
  ServerOptions same = options();
  same.port = server_.port();
  EXPECT_THROW(Server(same, routes()), std::system_error);
}

TEST_F(HttpServer, CloseFinishesWhatRunsAndClosesWhatIsIdle) {
  RawClient idle(server_.port());
  idle.exchange(get("/hello"));
  RawClient busy(server_.port());
  slow_started = false;
  busy.send(get("/slow"));
  while (!slow_started) std::this_thread::yield();
  server_.close(Deadline::after(5s));
  const std::string answer = busy.read_to_end();
  EXPECT_EQ(body_of(answer), "slow but whole");
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(HttpServer, TheDeadlineCutsWhatDoesNotEnd) {
  RawClient busy(server_.port());
  slow_started = false;
  busy.send(get("/endless"));
  while (!slow_started) std::this_thread::yield();
  server_.close(Deadline::after(20ms));
  EXPECT_EQ(busy.read_to_end(), "");
}

TEST_F(HttpServer, ManyClientsOnAllThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        RawClient client(server_.port());
        for (int j = 0; j < 5; ++j)
          right += body_of(client.exchange(get("/hello"))) == "hello /hello";
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

ServerOptions impatient() {
  ServerOptions with = options();
  with.threads = 1;
  with.header_wait = 100ms;
  with.body_wait = 100ms;
  with.idle_wait = 100ms;
  with.write_wait = 100ms;
  with.connections_max = 2;
  return with;
}

class ImpatientServer : public HttpServer {
 protected:
  ImpatientServer() : HttpServer(impatient()) {}
};

TEST_F(ImpatientServer, CutsSlowHeadersBodiesAndIdleConnections) {
  const char* const kCases[] = {
      "", "GET /hello HTTP/1.1\r\nHo",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc"};
  for (const char* request : kCases) {
    RawClient client(server_.port());
    client.send(request);
    EXPECT_EQ(client.read_to_end(), "") << request;
  }
  RawClient idle(server_.port());
  idle.exchange(get("/hello"));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(ImpatientServer, AHeaderThatTricklesIsCutToo) {
  RawClient client(server_.port());
  client.send("GET /hello HTTP/1.1\r\nX: ");
  bool open = true;
  for (int i = 0; open && i < 1000; ++i) {
    open = client.send("x");
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_FALSE(open);
}

TEST_F(ImpatientServer, AReaderThatStallsIsCut) {
  RawClient client(server_.port());
  for (int i = 0; i < 40; ++i) client.send(get("/file"));
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(client.read_to_end().size(), 40 * kFileBytes);
}

TEST_F(ImpatientServer, RefusesConnectionsOverTheLimitAndRecovers) {
  {
    RawClient first(server_.port());
    RawClient second(server_.port());
    first.exchange(get("/hello"));
    second.exchange(get("/hello"));
    RawClient third(server_.port());
    const std::string answer = third.read_to_end();
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_THAT(answer, HasSubstr("urn:reprise:problem:service-unavailable"));
  }
  for (int i = 0; i < 100; ++i) {
    RawClient again(server_.port());
    again.send(get("/hello"));
    if (status_of(again.read_answer()) == 200) return;
    std::this_thread::sleep_for(10ms);
  }
  FAIL() << "the places of closed connections were not given back";
}

ServerOptions open_to_all() {
  ServerOptions with;
  with.merge_slashes = true;
  with.cross_origin = true;
  return with;
}

class CrossOriginServer : public HttpServer {
 protected:
  CrossOriginServer() : HttpServer(open_to_all()) {}
};

TEST_F(CrossOriginServer, AnswersPreflightsAndReflectsTheOrigin) {
  const std::string answer =
      ask("OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:8080\r\n"
          "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
          "x-goog-api-key\r\n\r\n");
  EXPECT_EQ(status_of(answer), 204);
  EXPECT_THAT(answer, HasSubstr("Access-Control-Allow-Origin: http://localhost:8080\r\n"));
  EXPECT_THAT(answer, HasSubstr("Access-Control-Allow-Headers: x-goog-api-key\r\n"));
  const std::string post =
      ask("POST /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:8080\r\nContent-Length: "
          "1\r\n\r\nx");
  EXPECT_EQ(status_of(post), 200);
  EXPECT_THAT(post, HasSubstr("Access-Control-Allow-Origin: http://localhost:8080\r\n"));
}

TEST_F(CrossOriginServer, MergesSlashes) { EXPECT_EQ(status_of(ask(get("//hello"))), 200); }

TEST(HttpServerMetrics, CountsByRouteAndStatus) {
  Metrics metrics;
  ServerOptions with = options();
  with.metrics = &metrics;
  Server server(with, routes());
  server.start();
  RawClient(server.port()).exchange(get("/chats/" + new_uuid7() + "/parts/7/x"));
  RawClient(server.port()).exchange(get("/nothing"));
  server.close(Deadline::after(5s));
  const std::string text = metrics.exposition();
  EXPECT_THAT(
      text,
      HasSubstr(
          "reprise_http_requests_total{method=\"GET\",route=\"/chats/{id:uuid}/parts/{seq:uint}/"
          "{name:segment}\",status=\"200\"} 1"));
  EXPECT_THAT(text, HasSubstr("route=\"(none)\",status=\"404\"} 1"));
  EXPECT_THAT(text, HasSubstr("reprise_http_request_seconds_count{route=\"(none)\"} 1"));
}

}  // namespace
}  // namespace reprise::http
