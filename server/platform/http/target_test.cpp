#include "platform/http/target.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(ParseTarget, NamesAWrongParameter) {
  const auto sentence = [](std::string_view target) {
    const auto parsed = parse_target(target, false);
    return parsed ? "" : parsed.error().client_message;
  };
  EXPECT_EQ(sentence("/?q=%00"), "`q` must be UTF-8 text without NUL.");
  EXPECT_EQ(sentence("/?a=1&q=%ff"), "`q` must be UTF-8 text without NUL.");
  EXPECT_EQ(sentence("/?q=%"), "`q` has a % that two hexadecimal digits do not follow.");
  EXPECT_EQ(sentence("/?%ff=1"), "The query must be UTF-8 text without NUL.");
  EXPECT_EQ(sentence("/?<b>=%ff"), "The query must be UTF-8 text without NUL.");
}

TEST(ParseTarget, DecodesPathAndQueryOnce) {
  const struct {
    const char* text;
    const char* path;
    Query query;
  } cases[] = {
      {"/", "/", {}},
      {"/a/b", "/a/b", {}},
      {"/a/", "/a/", {}},
      {"//a", "//a", {}},
      {"/%41%20%C5%BC", "/A ż", {}},
      {"/%2541", "/%41", {}},
      {"/v1beta/models/x:generate?alt=sse&key=a%26b",
       "/v1beta/models/x:generate",
       {{"alt", "sse"}, {"key", "a&b"}}},
      {"/?a", "/", {{"a", ""}}},
      {"/?a=b=c&&d=+", "/", {{"a", "b=c"}, {"d", " "}}},
      {"/?", "/", {}},
      {"http://host:1/x?y=z", "/x", {{"y", "z"}}},
      {"HTTP://host", "/", {}},
      {"/...", "/...", {}},
  };
  for (const auto& c : cases) {
    const auto target = parse_target(c.text, false);
    ASSERT_TRUE(target) << c.text;
    EXPECT_EQ(target->path, c.path) << c.text;
    EXPECT_EQ(target->query, c.query) << c.text;
  }
  EXPECT_EQ(parse_target("http://host:1?x", false)->authority, "host:1");
}

TEST(ParseTarget, MergesSlashesOnlyWhenAsked) {
  EXPECT_EQ(parse_target("//ws///x/", true)->path, "/ws/x/");
  EXPECT_EQ(parse_target("//", true)->path, "/");
  EXPECT_EQ(parse_target("//", false)->path, "//");
}

TEST(ParseTarget, RefusesWhatTwoReadersCouldTakeDifferently) {
  for (const char* text :
       {"",        "a",       "*",         "/%",          "/%4",       "/%zz",
        "/a%2Fb",  "/a%5cb",  "/%00",      "/%0a",        "/%7f",      "/.",
        "/..",     "/a/../b", "/a/%2e%2e", "/%2E",        "/%ff",      "/a b",
        "/a#b",    "/\x80",   "/?a=%",     "/?a=%ff",     "/?a=1&a=2", "/?%61=1&a=2",
        "/?a=%00", "http://", "http:///x", "ftp://host/x"}) {
    EXPECT_FALSE(parse_target(text, false)) << text;
  }
  std::string many = "/?";
  for (std::size_t i = 0; i <= kQueryParametersMax; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_FALSE(parse_target(many, false));
}

}  // namespace
}  // namespace reprise::http
