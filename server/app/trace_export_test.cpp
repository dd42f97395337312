#include "app/trace_export.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace reprise::app {
namespace {

namespace json = boost::json;

http::Span span(int status, std::string parent) {
  return {.trace = {.trace_id = std::string(32, 'a'),
                    .span_id = std::string(16, 'b'),
                    .parent_span_id = std::move(parent)},
          .request_id = "r1",
          .method = "GET",
          .route = "/api/chats/{id}",
          .status = status,
          .begin_utc_ns = 1'800'000'000'000'000'001,
          .end_utc_ns = 1'800'000'000'000'000'003};
}

std::string text_at(const json::value& value, const char* pointer) {
  return std::string(value.at_pointer(pointer).as_string());
}

TEST(TraceJson, NamesTheServiceAndEachSpan) {
  const json::value made =
      json::parse(otlp_json({span(200, std::string(16, 'c')), span(503, {})}, "node"));
  const json::value& resource = made.at_pointer("/resourceSpans/0");
  EXPECT_EQ(text_at(resource, "/resource/attributes/0/value/stringValue"), "reprise");
  EXPECT_EQ(text_at(resource, "/resource/attributes/2/value/stringValue"), "node");
  const json::value& first = resource.at_pointer("/scopeSpans/0/spans/0");
  EXPECT_EQ(text_at(first, "/traceId"), std::string(32, 'a'));
  EXPECT_EQ(text_at(first, "/parentSpanId"), std::string(16, 'c'));
  EXPECT_EQ(text_at(first, "/name"), "GET /api/chats/{id}");
  EXPECT_EQ(first.at("kind").as_int64(), 2);
  EXPECT_EQ(text_at(first, "/startTimeUnixNano"), "1800000000000000001");
  EXPECT_EQ(text_at(first, "/attributes/2/value/intValue"), "200");
  EXPECT_FALSE(first.as_object().contains("status"));
  const json::value& second = resource.at_pointer("/scopeSpans/0/spans/1");
  EXPECT_FALSE(second.as_object().contains("parentSpanId"));
  EXPECT_EQ(second.at_pointer("/status/code").as_int64(), 2);
}

TEST(TraceJson, TellsRequestsOfOursFromThoseThatWereAnswered) {
  http::Span asked = span(429, std::string(16, 'c'));
  asked.peer = "gemini";
  asked.peer_host = "service.test";
  asked.peer_port = "443";
  http::Span silent = asked;
  silent.status = 0;
  const json::value made = json::parse(otlp_json({asked, silent, span(429, {})}, "node"));
  const json::value& spans = made.at_pointer("/resourceSpans/0/scopeSpans/0/spans");
  const json::value& first = spans.at(0);
  EXPECT_EQ(text_at(first, "/name"), "GET gemini");
  EXPECT_EQ(first.at("kind").as_int64(), 3);
  EXPECT_EQ(text_at(first, "/attributes/2/value/stringValue"), "service.test");
  EXPECT_EQ(text_at(first, "/attributes/3/value/intValue"), "443");
  EXPECT_EQ(text_at(first, "/attributes/4/value/intValue"), "429");
  EXPECT_EQ(first.at_pointer("/status/code").as_int64(), 2);
  EXPECT_EQ(text_at(spans.at(1), "/attributes/4/key"), "error.type");
  EXPECT_FALSE(spans.at(2).as_object().contains("status")) << "the client's fault, not ours";
}

}  // namespace
}  // namespace reprise::app
