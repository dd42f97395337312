#include "platform/http/router.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

Task<Response> nothing(Request) { co_return Response{}; }

Router router() {
  return Router({{Method::Get, "/", nothing},
                 {Method::Get, "/api/chats", nothing},
                 {Method::Post, "/api/chats", nothing},
                 {Method::Get, "/api/chats/new", nothing},
                 {Method::Get, "/api/chats/{id:segment}", nothing},
                 {Method::Put, "/api/r/{id:uuid}/chunks/{seq:uint}", nothing},
                 {Method::Get, "/files/{path:rest}", nothing},
                 {Method::Get, "/{path:rest}", nothing}});
}

constexpr const char* kId = "019361a0-0000-7000-8000-000000000000";

TEST(Router, FindsTheFirstRouteThatFits) {
  const struct {
    Method method;
    std::string path;
    const char* pattern;
    std::vector<std::string> params;
  } cases[] = {
      {Method::Get, "/", "/", {}},
      {Method::Get, "/api/chats", "/api/chats", {}},
      {Method::Post, "/api/chats", "/api/chats", {}},
      {Method::Get, "/api/chats/new", "/api/chats/new", {}},
      {Method::Get, "/api/chats/old", "/api/chats/{id:segment}", {"old"}},
      {Method::Put,
       std::string("/api/r/") + kId + "/chunks/0",
       "/api/r/{id:uuid}/chunks/{seq:uint}",
       {kId, "0"}},
      {Method::Put,
       std::string("/api/r/") + kId + "/chunks/2147483647",
       "/api/r/{id:uuid}/chunks/{seq:uint}",
       {kId, "2147483647"}},
      {Method::Get, "/files/", "/files/{path:rest}", {""}},
      {Method::Get, "/files/a/b", "/files/{path:rest}", {"a/b"}},
      {Method::Get, "/api/chats/", "/{path:rest}", {"api/chats/"}},
      {Method::Get, "/files", "/{path:rest}", {"files"}},
      {Method::Head, "/api/chats", "/api/chats", {}},
  };
  const Router table = router();
  for (const auto& c : cases) {
    const auto match = table.match(c.method, c.path);
    ASSERT_NE(match.route, nullptr) << c.path;
    EXPECT_EQ(match.route->pattern, c.pattern) << c.path;
    EXPECT_EQ(match.params, c.params) << c.path;
  }
}

TEST(Router, AValueOfTheWrongTypeIsNotFound) {
  const Router table({{Method::Put, "/r/{id:uuid}/{seq:uint}", nothing}});
  for (const std::string seq :
       {"", "-1", "+1", "01", "00", "2147483648", "99999999999", "1x", "1.0", " 1"}) {
    const auto match = table.match(Method::Put, std::string("/r/") + kId + "/" + seq);
    EXPECT_EQ(match.route, nullptr) << seq;
    EXPECT_EQ(match.allow, "") << seq;
  }
  EXPECT_EQ(table.match(Method::Put, "/r/not-an-id/1").route, nullptr);
}

TEST(Router, NamesTheMethodsOfAKnownPath) {
  const Router table = router();
  const auto match = table.match(Method::Delete, "/api/chats");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allow, "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(Router({{Method::Put, "/x", nothing}}).match(Method::Get, "/x").allow, "OPTIONS, PUT");
}

TEST(Router, AFallbackTakesOnlyPathsThatNothingElseNames) {
  const Router table({{Method::Post, "/api/sessions", nothing},
                      {Method::Get, "/api/{path:rest}", nothing},
                      {Method::Post, "/api/{path:rest}", nothing},
                      {Method::Get, "/{path:rest}", nothing}});
  const struct {
    Method method;
    const char* path;
    const char* pattern;  // null: none
    const char* allow;
  } cases[] = {
      {Method::Post, "/api/sessions", "/api/sessions", ""},
      {Method::Get, "/api/sessions", nullptr, "OPTIONS, POST"},
      {Method::Head, "/api/sessions", nullptr, "OPTIONS, POST"},
      {Method::Get, "/api/other", "/api/{path:rest}", ""},
      {Method::Head, "/api/other", "/api/{path:rest}", ""},
      {Method::Post, "/api/other", "/api/{path:rest}", ""},
      {Method::Put, "/api/other", nullptr, "GET, HEAD, OPTIONS, POST"},
      {Method::Post, "/page", nullptr, "GET, HEAD, OPTIONS"},
      {Method::Get, "/page", "/{path:rest}", ""},
  };
  for (const auto& c : cases) {
    const auto match = table.match(c.method, c.path);
    EXPECT_EQ(match.allow, c.allow) << method_name(c.method) << c.path;
    ASSERT_EQ(match.route == nullptr, c.pattern == nullptr) << method_name(c.method) << c.path;
    if (c.pattern != nullptr) EXPECT_EQ(match.route->pattern, c.pattern) << c.path;
  }
}

TEST(RouterDeathTest, RefusesMalformedPatterns) {
  for (const char* pattern : {"x", "/{id}", "/{id:number}", "/{:uuid}", "/{a:rest}/b", "/a{b}"}) {
    EXPECT_DEATH(Router({{Method::Get, pattern, nothing}}), "assertion.failed") << pattern;
  }
  EXPECT_DEATH(Router({{Method::Get, "/", nullptr}}), "web_socket");
}

}  // namespace
}  // namespace reprise::http
