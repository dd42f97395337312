#include "platform/http/trace.hpp"

#include <gmock/gmock.h>

namespace reprise::http {
namespace {

constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* kSpan = "00f067aa0ba902b7";

Headers with(const std::string& parent) {
  Headers headers;
  headers.add("TraceParent", parent);
  return headers;
}

TEST(Trace, GoesOnWithTheOneThatTheRequestNames) {
  const auto trace = trace_of(with("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_EQ(trace.trace_id, kTrace);
  EXPECT_EQ(trace.parent_span_id, kSpan);
  EXPECT_TRUE(trace.sampled);
  EXPECT_NE(trace.span_id, kSpan);
  EXPECT_EQ(trace_parent(trace), std::string("00-") + kTrace + "-" + trace.span_id + "-01");
}

TEST(Trace, KeepsThatNobodySamplesIt) {
  const auto trace = trace_of(with("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02"));
  EXPECT_FALSE(trace.sampled);
  EXPECT_THAT(trace_parent(trace), testing::EndsWith("-00"));
}

TEST(Trace, UnderstandsLaterVersions) {
  const auto trace = trace_of(with("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
  EXPECT_EQ(trace.trace_id, kTrace);
}

TEST(Trace, BeginsWhereNoneIsNamedOrTheNameIsWrong) {
  for (const char* wrong : {"", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g"}) {
    const auto trace = trace_of(with(wrong));
    EXPECT_NE(trace.trace_id, kTrace) << wrong;
    EXPECT_EQ(trace.trace_id.size(), 32U) << wrong;
    EXPECT_EQ(trace.span_id.size(), 16U) << wrong;
    EXPECT_EQ(trace.parent_span_id, "") << wrong;
    EXPECT_TRUE(trace.sampled) << wrong;
  }
}

}  // namespace
}  // namespace reprise::http
