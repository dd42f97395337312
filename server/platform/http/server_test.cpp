#include "platform/http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/id.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/server_test_support.hpp"

namespace reprise::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
      {get("/missing-file"), 404, "not-found"},
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

TEST_F(HttpServer, AFileThatWasRemovedMeanwhileIsNotFound) {
  RawClient client(server_.port());
  for (const char* range : {"", "Range: bytes=1-2\r\n"}) {
    const std::string answer = client.exchange(get("/missing-file", range));
    EXPECT_EQ(status_of(answer), 404);
    EXPECT_THAT(answer, Not(HasSubstr("Content-Range")));
    EXPECT_THAT(body_of(answer), HasSubstr("urn:reprise:problem:not-found"));
  }
}

TEST(FileProblem, TellsWhatPassesFromWhatStays) {
  for (const int passing : {EMFILE, ENFILE, ENOMEM, EINTR}) {
    const Response answer = file_problem({passing, std::generic_category()});
    EXPECT_EQ(answer.status, 503) << passing;
    EXPECT_NE(answer.headers.find("Retry-After"), std::nullopt);
  }
  for (const int gone : {ENOENT, ENOTDIR}) {
    EXPECT_EQ(file_problem({gone, std::generic_category()}).status, 404) << gone;
  }
  for (const int broken : {EIO, EACCES, ESTALE}) {
    EXPECT_EQ(file_problem({broken, std::generic_category()}).status, 500) << broken;
  }
}

TEST(Problem, SaysWhenToComeAgainWhereThatHelps) {
  for (const int passing : {429, 503}) {
    EXPECT_EQ(problem(passing, "too-many", "Wait.").headers.find("Retry-After"), "5") << passing;
  }
  for (const int other : {400, 409, 500}) {
    EXPECT_EQ(problem(other, "", "No.").headers.find("Retry-After"), std::nullopt) << other;
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

}  // namespace
}  // namespace reprise::http
