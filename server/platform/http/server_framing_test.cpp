// Attacks on the framing of requests, byte for byte, against a real server. Each must be refused,
// and nothing after it may be handled.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "platform/http/loopback_test_support.hpp"
#include "platform/http/server.hpp"

namespace reprise::http {
namespace {

using namespace std::chrono_literals;

std::atomic<int> smuggled = 0;
Task<Response> count_smuggled(Request) {
  ++smuggled;
  co_return Response{};
}
Task<Response> read_body(Request request) {
  const auto body = co_await request.body->read_all();
  if (!body) co_return problem(body.error());
  co_return Response{.body = std::string(as_text(*body))};
}

struct Attack {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

std::string post(std::string_view fields, std::string_view body = "") {
  return "POST /read HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

class FramingAttack : public testing::TestWithParam<Attack> {
 protected:
  FramingAttack() : server_(options(), routes()) { server_.start(); }
  ~FramingAttack() override { server_.close(Deadline::after(5s)); }
  static ServerOptions options() {
    ServerOptions options;
    options.threads = 1;
    options.header_bytes_max = 8192;
    options.hosts = {"localhost"};
    return options;
  }
  static Routes routes() {
    return {{Method::Post, "/read", read_body},
            {Method::Get, "/smuggled", count_smuggled},
            {Method::Get, "/", read_body}};
  }
  Server server_;
};

constexpr const char* kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST_P(FramingAttack, IsRefusedAndNothingBehindItRuns) {
  smuggled = 0;
  RawClient client(server_.port());
  client.send(GetParam().bytes + kSmuggled);
  client.finish_sending();
  const std::string answer = client.read_to_end();
  EXPECT_EQ(status_of(answer), GetParam().status) << answer;
  EXPECT_THAT(answer, testing::HasSubstr("application/problem+json"));
  EXPECT_THAT(answer, testing::HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1", 8), std::string::npos) << "a second answer: " << answer;
  EXPECT_EQ(smuggled, 0);
}

const Attack kAttacks[] = {
    {"LengthAndCoding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     400},
    {"CodingAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
     400},
    {"TwoLengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400},
    {"TwoEqualLengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab"), 400},
    {"LengthList", post("Content-Length: 2, 2\r\n", "ab"), 400},
    {"SignedLength", post("Content-Length: +2\r\n", "ab"), 400},
    {"NegativeLength", post("Content-Length: -2\r\n", "ab"), 400},
    {"HexLength", post("Content-Length: 0x2\r\n", "ab"), 400},
    {"EmptyLength", post("Content-Length: \r\n", "ab"), 400},
    {"LengthOver64Bits", post("Content-Length: 18446744073709551618\r\n", "ab"), 400},
    {"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
    {"ChunkedThenGzip", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
    {"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
    {"TwoCodingFields",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400},
    {"XChunked", post("Transfer-Encoding: xchunked\r\n"), 400},
    {"IdentityCoding", post("Transfer-Encoding: identity\r\n"), 400},
    {"QuotedChunked", post("Transfer-Encoding: \"chunked\"\r\n"), 400},
    {"CodingOnHttp10",
     "POST /read HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"FoldedLine", post("X-A: b\r\n c: d\r\n"), 400},
    {"FoldedByTab", post("Content-Length: \r\n\t5\r\n", "abcde"), 400},
    {"BlankBeforeColon", post("Content-Length : 5\r\n", "abcde"), 400},
    {"BlankBeforeFirstField", "POST /read HTTP/1.1\r\n Host: localhost\r\n\r\n", 400},
    {"BareLf", "GET / HTTP/1.1\nHost: localhost\n\n", 400},
    {"BareLfInside", post("X-A: b\nX-B: c\r\n"), 400},
    {"BareCr", post("X-A: b\rX-B: c\r\n"), 400},
    {"Nul", post(std::string("X-A: b\0c\r\n", 10)), 400},
    {"ControlCharacter", post("X-A: b\x01\r\n"), 400},
    {"FieldWithoutColon", post("Content-Length\r\n"), 400},
    {"FieldNameWithBlank", post("Content Length: 5\r\n"), 400},
    {"EmptyFirstLine", "\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
    {"ForeignHost", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
    {"ForeignHostWithOurPort", "GET / HTTP/1.1\r\nHost: localhost.evil.example:8080\r\n\r\n", 421},
    {"NoHostOnHttp10", "GET / HTTP/1.0\r\n\r\n", 421},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n", 400},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 400},
    {"HostWithBadPort", "GET / HTTP/1.1\r\nHost: localhost:8o\r\n\r\n", 400},
    {"HostList", "GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", 400},
    {"EmptyHost", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400},
    {"OtherAuthority", "GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"DotSegment", "GET /a/../smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n",
     400},
    {"EncodedDotSegment", "GET /a/%2e%2e/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"EncodedSlash", "GET /a%2fb HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"Backslash", "GET /a%5cb HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"EncodedNul", "GET /a%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"NoSlash", "GET smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"AsteriskForm", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"Connect", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
    {"Trace", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
    {"UnknownMethod", "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
    {"LowerCaseMethod", "get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
    {"Http09", "GET /\r\n\r\n", 400},
    {"NoProtocol", "GET / XTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
    {"OtherExpectation", post("Expect: 200-ok\r\n"), 417},
    {"CompressedBody", post("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "ab"), 415},
    {"HeaderTooLarge", post("X-A: " + std::string(9000, 'x') + "\r\n"), 431},
    {"TooManyFields", post([] {
       std::string fields;
       for (int i = 0; i < 2000; ++i) fields += "X: y\r\n";
       return fields;
     }()),
     431},
    {"BadChunkSize", post("Transfer-Encoding: chunked\r\n", "zz\r\nab\r\n0\r\n\r\n"), 400},
    {"NegativeChunkSize", post("Transfer-Encoding: chunked\r\n", "-1\r\nab\r\n0\r\n\r\n"), 400},
    {"HexPrefixChunkSize", post("Transfer-Encoding: chunked\r\n", "0x2\r\nab\r\n0\r\n\r\n"), 400},
    {"ChunkSizeOver64Bits",
     post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nab\r\n0\r\n\r\n"), 400},
    {"ChunkWithoutCrLf", post("Transfer-Encoding: chunked\r\n", "2\r\nabXX0\r\n\r\n"), 400},
    {"ChunkSizeThenBareLf", post("Transfer-Encoding: chunked\r\n", "2\nab\r\n0\r\n\r\n"), 400},
    {"EndlessChunkExtension",
     post("Transfer-Encoding: chunked\r\n", "1;" + std::string(1'000'000, 'x')), 400},
    {"EndlessTrailerField",
     post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(1'000'000, 'x')), 400},
    {"EndlessTrailers",
     post("Transfer-Encoding: chunked\r\n",
          [] {
            std::string body = "0\r\n";
            for (int i = 0; i < 100'000; ++i) body += "X: y\r\n";
            return body;
          }()),
     400},
    // Beast joins such lines, so that later code cannot see them (RFC 9112 5.2).
    {"FoldedTrailer",
     post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-A: 1\r\n more\r\n\r\n"), 400},
    {"TrailerFoldedByATab",
     post("Transfer-Encoding: chunked\r\n", "0\r\nX-A: 1\r\nX-B: 2\r\n\tmore\r\n\r\n"), 400},
    {"TrailerThatBeginsFolded", post("Transfer-Encoding: chunked\r\n", "0\r\n X-A: 1\r\n\r\n"),
     400},
    {"LengthInTrailer", post("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 48\r\n\r\n"),
     400},
};
INSTANTIATE_TEST_SUITE_P(All, FramingAttack, testing::ValuesIn(kAttacks),
                         [](const auto& tested) { return tested.param.name; });

class FramingAccepted : public FramingAttack {};

TEST_P(FramingAccepted, IsAnsweredAndTheNextRequestToo) {
  smuggled = 0;
  RawClient client(server_.port());
  client.send(GetParam().bytes);
  EXPECT_EQ(status_of(client.read_answer()), GetParam().status);
  EXPECT_EQ(status_of(client.exchange(kSmuggled)), 200);
  EXPECT_EQ(smuggled, 1);
}

const Attack kAccepted[] = {
    {"AbsoluteForm", "GET http://localhost:8080/ HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", 200},
    {"HostInCapitals", "GET / HTTP/1.1\r\nhOST: LOCALHOST:1\r\n\r\n", 200},
    {"EmptyFieldValue", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Empty:\r\n\r\n", 200},
    {"Utf8FieldValue", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Name: z\xc5\xbc\r\n\r\n", 200},
    {"ChunkedInCapitals", post("Transfer-Encoding: Chunked\r\n", "1\r\na\r\n0\r\n\r\n"), 200},
    {"EmptyChunked", post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 200},
    {"Trailer", post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"),
     200},
    {"BodyThatLooksFolded", post("Transfer-Encoding: chunked\r\n", "5\r\na\r\n b\r\n0;x=y\r\n\r\n"),
     200},
    {"ZeroLength", post("Content-Length: 0\r\n"), 200},
    {"ExpectWithoutBody", post("Expect: 100-continue\r\n"), 200},
    {"PostWithoutLength", post(""), 200},
    {"GetWithBody", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab", 200},
};
INSTANTIATE_TEST_SUITE_P(All, FramingAccepted, testing::ValuesIn(kAccepted),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace reprise::http
