#include "platform/http/framing.hpp"

#include <gmock/gmock.h>

#include <utility>
#include <vector>

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

TEST(HeadScan, WaitsForTheRestAndReadsNoByteBehindWhatCame) {
  const std::string line = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(HeadScan().look(line)->has_value(), false);
  const std::string two = line + "\r\n";
  EXPECT_EQ(HeadScan().look(std::string_view(two).substr(0, two.size() - 1))->has_value(), false);
}

TEST(HeadScan, RefusesControlCharactersAndBlanksInFrontOfALine) {
  const struct {
    std::string field;
    bool fine;
  } cases[] = {{"A: b c", true},   {"A: b\tc", true},  {"A: b~\x80\xff", true}, {" A: b", false},
               {"\tA: b", false},  {"A: \x01", false}, {"A: \x1f", false},      {"A: \x7f", false},
               {"A: b\rc", false}, {"A: b\nc", false}};
  for (const auto& c : cases) {
    const std::string whole = "GET / HTTP/1.1\r\n" + c.field + "\r\n\r\n";
    EXPECT_EQ(HeadScan().look(whole).has_value(), c.fine) << c.field;
  }
}

TEST(HostName, IsLowerCaseWithoutThePort) {
  EXPECT_EQ(host_name("LocalHost:8080"), "localhost");
  EXPECT_EQ(host_name("[::1]:8080"), "[::1]");
  EXPECT_EQ(host_name("[::ffff:127.0.0.1]"), "[::ffff:127.0.0.1]");
  EXPECT_EQ(host_name("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(host_name("localhost:65535"), "localhost");
  EXPECT_EQ(host_name("[::]:9"), "[::]");
  EXPECT_EQ(host_name("a_z-09.AZ"), "a_z-09.az");
  // The text goes on behind what is asked for.
  EXPECT_EQ(host_name(std::string_view("localhost:808080").substr(0, 14)), "localhost");
  for (const char* text : {"",        ":80", "a b",     "a:",    "a:b",  "a:123456", "a:65536",
                           "a:99999", "a:0", "a:00000", "a:-1",  "a:+1", "[::1",     "[]",
                           "[::1]x",  "[g]", "[::g]",   "[::-]", "a/b",  "a@b",      "ż"}) {
    EXPECT_EQ(host_name(text), std::nullopt) << text;
  }
}

using Fields = std::vector<std::pair<const char*, const char*>>;
std::expected<Framing, Refusal> framing_of(unsigned version, const Fields& fields,
                                           const std::vector<std::string>& hosts = {"a"}) {
  RequestHead head{.version = version, .method = "POST", .target = "/"};
  for (const auto& [name, value] : fields) head.headers.add(name, value);
  return check_framing(head, hosts);
}

TEST(CheckFraming, RefusesBeforeAnyParserSeesTheBody) {
  constexpr const char* kLength = "Content-Length";
  constexpr const char* kCoding = "Transfer-Encoding";
  const struct {
    unsigned version;
    Fields fields;
    int status;
  } cases[] = {
      {11, {{kLength, "1"}, {kCoding, "chunked"}}, 400},
      {11, {{kLength, "1"}, {kLength, "1"}}, 400},
      {11, {{kCoding, "chunked"}, {kCoding, "chunked"}}, 400},
      {11, {{kLength, ""}}, 400},
      {11, {{kLength, "1a"}}, 400},
      {11, {{kLength, "1/"}}, 400},
      {11, {{kLength, "1:"}}, 400},
      {11, {{kLength, "1000000000000000000"}}, 400},  // 19 digits
      {10, {{kCoding, "chunked"}}, 400},
      {11, {{kCoding, "gzip"}}, 400},
      {11, {{"Host", "a"}}, 400},
      {11, {{"Expect", "something"}}, 417},
      {11, {{"Content-Encoding", "gzip"}}, 415},
      {9, {}, 505},
      {12, {}, 505},
      {20, {}, 505},
  };
  for (const auto& c : cases) {
    Fields fields = c.fields;
    fields.emplace_back("Host", "a");
    const auto framing = framing_of(c.version, fields);
    ASSERT_FALSE(framing) << c.version << " " << testing::PrintToString(c.fields);
    EXPECT_EQ(framing.error().status, c.status) << testing::PrintToString(c.fields);
  }
}

TEST(CheckFraming, ReadsTheLengthOfTheBody) {
  const auto plain = framing_of(11, {{"Host", "a"}});
  EXPECT_FALSE(plain->chunked);
  EXPECT_FALSE(plain->content_length);
  const auto nines = framing_of(11, {{"Host", "a"}, {"Content-Length", "999999999999999999"}});
  EXPECT_EQ(nines->content_length, 999'999'999'999'999'999U);
  EXPECT_FALSE(nines->chunked);
  const auto chunked = framing_of(11, {{"Host", "a"}, {"Transfer-Encoding", "Chunked"}});
  EXPECT_TRUE(chunked->chunked);
  EXPECT_FALSE(chunked->content_length);
  EXPECT_TRUE(framing_of(11, {{"Host", "a"}, {"Content-Encoding", "Identity"}}).has_value());
}

TEST(CheckFraming, AnswersUnderItsOwnNames) {
  const struct {
    unsigned version;
    const char* host;  ///< null: none
    std::vector<std::string> hosts;
    int status;  ///< 0: accepted
  } cases[] = {
      {11, "b", {}, 0},          {11, "B:80", {"a", "b"}, 0}, {11, "c", {"a", "b"}, 421},
      {11, nullptr, {}, 400},    {11, nullptr, {"a"}, 400},   {10, nullptr, {}, 0},
      {10, nullptr, {"a"}, 421}, {10, "b", {"a"}, 421},       {11, "b c", {}, 400},
  };
  for (const auto& c : cases) {
    Fields fields;
    if (c.host != nullptr) fields.emplace_back("Host", c.host);
    const auto framing = framing_of(c.version, fields, c.hosts);
    const std::string host = c.host == nullptr ? "no host" : c.host;
    EXPECT_EQ(framing ? 0 : framing.error().status, c.status) << c.version << " " << host;
  }
}

TEST(CheckFraming, AsksForABodyOnlyWhereOneWaits) {
  const struct {
    unsigned version;
    Fields fields;
    bool want;
  } cases[] = {
      {11, {}, false},
      {11, {{"Content-Length", "0"}}, false},
      {11, {{"Content-Length", "1"}}, true},
      {11, {{"Transfer-Encoding", "chunked"}}, true},
      {10, {{"Content-Length", "1"}}, false},
  };
  for (const auto& c : cases) {
    Fields fields = c.fields;
    fields.emplace_back("Host", "a");
    EXPECT_FALSE(framing_of(c.version, fields)->expects_continue);
    fields.emplace_back("Expect", "100-Continue");
    EXPECT_EQ(framing_of(c.version, fields)->expects_continue, c.want)
        << c.version << " " << testing::PrintToString(c.fields);
  }
}

TEST(CheckFraming, DecidesWhetherTheConnectionStays) {
  const struct {
    unsigned version;
    const char* connection;
    bool want;
  } cases[] = {{11, "", true},           {11, "keep-alive", true},
               {11, "Close", false},     {11, "upgrade, close", false},
               {10, "", false},          {10, "upgrade", false},
               {10, "Keep-Alive", true}, {10, "close, keep-alive", false}};
  for (const auto& c : cases) {
    RequestHead head{.version = c.version, .method = "GET", .target = "/"};
    head.headers.add("Host", "a");
    if (*c.connection != 0) head.headers.add("Connection", c.connection);
    EXPECT_EQ(check_framing(head, {})->keep_alive, c.want) << c.version << c.connection;
  }
}

TEST(HasFoldedLine, SeesABlankOrATabBehindALineEnd) {
  EXPECT_FALSE(has_folded_line("A: b c\r\nD: e\tf\r\n"));
  EXPECT_TRUE(has_folded_line("A: b\r\n c\r\n"));
  EXPECT_TRUE(has_folded_line("A: b\r\n\tc\r\n"));
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
