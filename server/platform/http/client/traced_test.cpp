#include "platform/http/client/traced.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "base/run_alone.hpp"
#include "base/time_left.hpp"

namespace reprise::http {
namespace {

const std::string kTraceId(32, 'a');
const std::string kCallerId(16, 'b');

using Asked = std::vector<ClientRequest>;
using Answer = std::expected<ClientResponse, FetchError>;

Task<Answer> note(Asked& asked, ClientRequest request, Answer answer) {
  asked.push_back(std::move(request));
  co_return answer;
}

/// Gives its pieces, then its end.
class Pieces final : public StreamedAnswer {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  int status() const override { return 200; }
  Headers headers() const override { return {}; }
  Task<std::expected<std::string, FetchError>> next(Deadline) override {
    co_return at_ < pieces_.size() ? pieces_[at_++] : std::string();
  }

 private:
  const std::vector<std::string> pieces_;
  std::size_t at_ = 0;
};

Task<OpenedStream> opened(Asked& asked, ClientRequest request) {
  asked.push_back(std::move(request));
  co_return std::make_unique<Pieces>(std::vector<std::string>{"one"});
}

class TracedTest : public testing::Test {
 protected:
  static Deadline soon(bool sampled = true) {
    return Deadline::after(std::chrono::seconds(5))
        .for_trace(call_trace({.trace_id = kTraceId,
                               .span_id = kCallerId,
                               .parent_span_id = {},
                               .sampled = sampled}));
  }
  Answer ask(Deadline deadline, Answer answer = ClientResponse{.status = 204}) {
    const Fetch send = traced(
        [this, answer](ClientRequest request) { return note(asked, std::move(request), answer); },
        outgoing());
    return run_alone(send({.method = Method::Post,
                           .url = "https://service.test/secret?key=abc",
                           .deadline = deadline}));
  }
  OpenStream stream() {
    return traced_stream(
        [this](ClientRequest request) { return opened(asked, std::move(request)); }, outgoing());
  }
  Outgoing outgoing() {
    return {.peer = "service", .take = [this](Span span) { spans.push_back(std::move(span)); }};
  }
  std::string sent() const {
    return std::string(asked.back().headers.find(kTraceParent).value_or("none"));
  }
  Asked asked;
  std::vector<Span> spans;
};

TEST_F(TracedTest, ARequestNamesASpanOfItsOwnBelowTheCallers) {
  ASSERT_TRUE(ask(soon()));
  ASSERT_EQ(spans.size(), 1U);
  const Span& span = spans.front();
  EXPECT_EQ(sent(), "00-" + kTraceId + "-" + span.trace.span_id + "-01");
  EXPECT_NE(span.trace.span_id, kCallerId);
  EXPECT_EQ(span.trace.parent_span_id, kCallerId);
  EXPECT_EQ(span.peer + " " + span.peer_host + " " + span.peer_port, "service service.test 443");
  EXPECT_EQ(span.method, "POST");
  EXPECT_EQ(span.status, 204);
  EXPECT_GE(span.end_utc_ns, span.begin_utc_ns);
  EXPECT_EQ(span.route, "") << "addresses hold ids and keys";
}

TEST_F(TracedTest, WhoGetsNoAnswerIsASpanToo) {
  EXPECT_FALSE(ask(soon(), std::unexpected(FetchError{FetchFault::Refused, "nobody"})));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans.front().status, 0);
}

TEST_F(TracedTest, WhatIsDoneForNobodyStaysAsItIs) {
  ASSERT_TRUE(ask(Deadline::after(std::chrono::seconds(5))));
  EXPECT_EQ(sent(), "none");
  EXPECT_TRUE(spans.empty());
}

TEST_F(TracedTest, WhatNobodyKeepsIsPassedOnAndNoSpan) {
  ASSERT_TRUE(ask(soon(false)));
  EXPECT_THAT(sent(), testing::AllOf(testing::HasSubstr(kTraceId), testing::EndsWith("-00")));
  EXPECT_TRUE(spans.empty());
}

TEST_F(TracedTest, AStreamIsOverAtItsEnd) {
  auto answer = run_alone(stream()({.url = "http://service.test/", .deadline = soon()}));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->status(), 200);
  EXPECT_EQ(run_alone((*answer)->next(Deadline::never())), "one");
  EXPECT_TRUE(spans.empty());
  EXPECT_EQ(run_alone((*answer)->next(Deadline::never())), "");
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans.front().status, 200);
  answer->reset();
  EXPECT_EQ(spans.size(), 1U) << "once";
}

TEST_F(TracedTest, AStreamThatIsDroppedIsOver) {
  auto answer = run_alone(stream()({.url = "http://service.test/", .deadline = soon()}));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(spans.empty());
  answer->reset();
  EXPECT_EQ(spans.size(), 1U);
}

TEST_F(TracedTest, ADeadlineThatBecomesSoonerKeepsItsTrace) {
  const Deadline sooner = sooner_of(soon(), std::chrono::seconds(1));
  ASSERT_TRUE(sooner.trace());
  EXPECT_EQ(child_of(*sooner.trace()).trace_id, kTraceId);
}

}  // namespace
}  // namespace reprise::http
