#include "platform/http/framing.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

// What must be refused is in server_framing_test.cpp, byte for byte.

TEST(HeadScan, FindsTheSameEndHoweverTheBytesArrive) {
  const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\n";
  const std::size_t end = whole.find("body");
  for (std::size_t step = 1; step <= whole.size(); ++step) {
    HeadScan scan;
    std::optional<std::size_t> found;
    for (std::size_t size = 0; !found && size < whole.size();) {
      size = std::min(size + step, whole.size());
      const auto look = scan.look(std::string_view(whole).substr(0, size));
      ASSERT_TRUE(look) << step;
      found = *look;
    }
    EXPECT_EQ(found, end) << step;
  }
}

TEST(HostName, IsLowerCaseWithoutThePort) {
  EXPECT_EQ(host_name("LocalHost:8080"), "localhost");
  EXPECT_EQ(host_name("[::1]:8080"), "[::1]");
  EXPECT_EQ(host_name("127.0.0.1"), "127.0.0.1");
  for (const char* text : {"", ":80", "a b", "a:", "a:b", "a:123456", "[::1", "[]", "[::1]x", "[g]",
                           "a/b", "a@b", "ż"}) {
    EXPECT_EQ(host_name(text), std::nullopt) << text;
  }
}

TEST(CheckFraming, DecidesWhetherTheConnectionStays) {
  const struct {
    unsigned version;
    const char* connection;
    bool want;
  } cases[] = {{11, "", true},
               {11, "keep-alive", true},
               {11, "Close", false},
               {11, "upgrade, close", false},
               {10, "", false},
               {10, "Keep-Alive", true},
               {10, "close, keep-alive", false}};
  for (const auto& c : cases) {
    RequestHead head{.version = c.version, .method = "GET", .target = "/"};
    head.headers.add("Host", "a");
    if (*c.connection != 0) head.headers.add("Connection", c.connection);
    EXPECT_EQ(check_framing(head, {})->keep_alive, c.want) << c.version << c.connection;
  }
}

TEST(IsCrossSite, TrustsTheBrowserAndNobodyElse) {
  const struct {
    const char* site;
    const char* origin;
    bool want;
  } cases[] = {
      {"", "", false},
      {"same-origin", "", false},
      {"none", "", false},
      {"same-site", "", true},
      {"cross-site", "http://localhost:8080", true},
      {"", "http://localhost:8080", false},
      {"", "https://LOCALHOST:8080", false},
      {"", "http://localhost:8081", true},
      {"", "http://evil.example", true},
      {"", "null", true},
  };
  for (const auto& c : cases) {
    Headers headers;
    if (*c.site != 0) headers.add("Sec-Fetch-Site", c.site);
    if (*c.origin != 0) headers.add("Origin", c.origin);
    EXPECT_EQ(is_cross_site(headers, "localhost:8080"), c.want) << c.site << " " << c.origin;
  }
}

}  // namespace
}  // namespace reprise::http
