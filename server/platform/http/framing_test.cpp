#include "platform/http/framing.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

// The requests that must be refused are in server_framing_test.cpp, byte for byte.

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
  EXPECT_EQ(host_name("[::ffff:127.0.0.1]"), "[::ffff:127.0.0.1]");
  EXPECT_EQ(host_name("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(host_name("localhost:65535"), "localhost");
  for (const char* text : {"",        ":80", "a b",     "a:",    "a:b",  "a:123456", "a:65536",
                           "a:99999", "a:0", "a:00000", "a:-1",  "a:+1", "[::1",     "[]",
                           "[::1]x",  "[g]", "[::g]",   "[::-]", "a/b",  "a@b",      "ż"}) {
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
    bool cross;
    bool own;
  } cases[] = {
      {"", "", false, false},
      {"same-origin", "", false, true},
      {"none", "", false, false},
      {"same-site", "", true, false},
      {"cross-site", "http://localhost:8080", true, false},
      {"none", "http://localhost:8080", false, false},
      {"", "http://localhost:8080", false, true},
      {"", "https://LOCALHOST:8080", false, true},
      {"", "http://localhost:8081", true, false},
      {"", "http://localhost:8080.evil.example", true, false},
      {"", "http://evil.example", true, false},
      {"", "null", true, false},
      {"", "localhost:8080", true, false},
  };
  for (const auto& c : cases) {
    Headers headers;
    if (*c.site != 0) headers.add("Sec-Fetch-Site", c.site);
    if (*c.origin != 0) headers.add("Origin", c.origin);
    EXPECT_EQ(is_cross_site(headers, "localhost:8080"), c.cross) << c.site << " " << c.origin;
    EXPECT_EQ(is_of_own_page(headers, "localhost:8080"), c.own) << c.site << " " << c.origin;
  }
}

}  // namespace
}  // namespace reprise::http
