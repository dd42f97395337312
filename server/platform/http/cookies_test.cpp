#include "platform/http/cookies.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

std::optional<std::string> read(std::vector<std::string> lines) {
  Headers headers;
  headers.add("X-Cookie", "__Host-sid=other");
  for (std::string& line : lines) headers.add("cookie", std::move(line));
  return read_cookie(headers, "__Host-sid");
}

TEST(Cookies, OneIsFoundByItsWholeName) {
  EXPECT_EQ(read({"__Host-sid=abc"}), "abc");
  EXPECT_EQ(read({"a=b; __Host-sid=abc;c=d"}), "abc");
  EXPECT_EQ(read({"a=b", "__Host-sid=a=b"}), "a=b");
  EXPECT_EQ(read({"__Host-sid="}), "");
  EXPECT_EQ(read({"__Host-sid=abc; __Host-sid=abc"}), "abc");
  for (const char* line : {"", ";", "__host-sid=abc", "x__Host-sid=abc", "__Host-sid", "sid=abc",
                           "a=__Host-sid=abc", "__Host-sid =abc"}) {
    EXPECT_EQ(read({line}), std::nullopt) << line;
  }
}

TEST(Cookies, TwoDifferentValuesAreNone) {
  EXPECT_EQ(read({"__Host-sid=abc; __Host-sid=abd"}), std::nullopt);
  EXPECT_EQ(read({"__Host-sid=abc", "__Host-sid=abd"}), std::nullopt);
}

TEST(Cookies, AreForOneHostAndNoScript) {
  EXPECT_EQ(set_cookie("__Host-sid", "abc", std::chrono::hours(1)),
            "__Host-sid=abc; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(drop_cookie("__Host-lt"),
            "__Host-lt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace reprise::http
