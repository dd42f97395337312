#include "platform/http/response_head.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

std::string head_of(Response response, HeadFacts facts = {}) {
  facts.request_id = "id";
  facts.date = "now";
  return head_text(response, facts);
}

TEST(HeadText, SaysWhereTheBodyEnds) {
  const std::string common = "Date: now\r\nX-Request-Id: id\r\n";
  EXPECT_EQ(head_of({.body = std::string("abc")}),
            "HTTP/1.1 200 OK\r\n" + common + "Content-Length: 3\r\n\r\n");
  EXPECT_EQ(head_of({.body = std::string("abc")}, {.is_head = true}),
            "HTTP/1.1 200 OK\r\n" + common + "Content-Length: 3\r\n\r\n");
  EXPECT_EQ(head_of({.status = 304}), "HTTP/1.1 304 Not Modified\r\n" + common + "\r\n");
  EXPECT_EQ(head_of({.status = 204}), "HTTP/1.1 204 No Content\r\n" + common + "\r\n");
  EXPECT_EQ(head_of({.body = StreamBody{nullptr, std::nullopt}}),
            "HTTP/1.1 200 OK\r\n" + common + "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(head_of({.body = StreamBody{nullptr, 7}}, {.version = 10}),
            "HTTP/1.1 200 OK\r\n" + common + "Content-Length: 7\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(
      head_of({.body = StreamBody{nullptr, std::nullopt}}, {.version = 10, .keep_alive = false}),
      "HTTP/1.1 200 OK\r\n" + common + "Connection: close\r\n\r\n");
}

TEST(HeadText, FramesTheMessageItselfAndAddsDefaultsOnce) {
  Response response{.body = std::string("abc")};
  response.headers.add("content-length", "99");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("X-A", "own");
  Headers defaults;
  defaults.add("x-a", "default");
  defaults.add("X-B", "default");
  EXPECT_EQ(head_of(std::move(response), {.defaults = &defaults}),
            "HTTP/1.1 200 OK\r\nDate: now\r\nX-Request-Id: id\r\nX-A: own\r\nX-B: "
            "default\r\nContent-Length: 3\r\n\r\n");
}

TEST(IsSafe, RefusesWhatCouldEndAField) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"", "x"},
                                                        {"a b", "x"},
                                                        {"a:", "x"},
                                                        {"a\r\n", "x"},
                                                        {"a", "x\r\ny"},
                                                        {"a", "x\ny"},
                                                        {"a", std::string("\0", 1)}}) {
    Headers headers;
    headers.add(name, value);
    EXPECT_FALSE(is_safe(headers)) << name << value;
  }
  Headers fine;
  fine.add("Content-Disposition", "attachment; filename*=UTF-8''z%C5%BC");
  EXPECT_TRUE(is_safe(fine));
}

TEST(HttpDate, IsInTheFormOfRfc9110) {
  EXPECT_EQ(http_date(784'111'777'000'000'000), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace reprise::http
