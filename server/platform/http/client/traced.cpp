#include "platform/http/client/traced.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "platform/http/router.hpp"
#include "platform/http/url.hpp"

namespace reprise::http {
namespace {

/// One request under way. It is over once.
class Asking {
 public:
  /// Names the span in the request's headers.
  Asking(Outgoing outgoing, const CallTrace& trace, ClientRequest& request)
      : outgoing_(std::move(outgoing)),
        began_(outgoing_.now_steady()),
        span_{.trace = child_of(trace),
              .method = method_name(request.method),
              .begin_utc_ns = outgoing_.now_utc_ns(),
              .peer = outgoing_.peer} {
    if (const auto url = parse_url(request.url)) {
      span_.peer_host = url->host;
      span_.peer_port = url->port;
    }
    request.headers.set(kTraceParent, trace_parent(span_.trace));
  }
  ~Asking() { over(); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  void answered(int status) { span_.status = status; }
  void over() {
    if (std::exchange(over_, true) || !span_.trace.sampled) return;
    const auto took = outgoing_.now_steady() - began_;
    span_.end_utc_ns = span_.begin_utc_ns + std::chrono::nanoseconds(took).count();
    outgoing_.take(std::move(span_));
  }

 private:
  const Outgoing outgoing_;
  const std::chrono::steady_clock::time_point began_;
  Span span_;
  bool over_ = false;
};

Task<std::expected<ClientResponse, FetchError>> send_traced(Fetch send, Outgoing outgoing,
                                                            ClientRequest request) {
  const std::optional<CallTrace> trace = request.deadline.trace();
  if (!trace) co_return co_await send(std::move(request));
  Asking asking(std::move(outgoing), *trace, request);
  auto answer = co_await send(std::move(request));
  if (answer) asking.answered(answer->status);
  co_return answer;
}

class TracedAnswer final : public StreamedAnswer {
 public:
  TracedAnswer(std::unique_ptr<StreamedAnswer> answer, std::unique_ptr<Asking> asking)
      : answer_(std::move(answer)), asking_(std::move(asking)) {}
  int status() const override { return answer_->status(); }
  Headers headers() const override { return answer_->headers(); }
  Task<std::expected<std::string, FetchError>> next(Deadline deadline) override {
    auto piece = co_await answer_->next(deadline);
    if (!piece || piece->empty()) asking_->over();
    co_return piece;
  }

 private:
  const std::unique_ptr<StreamedAnswer> answer_;
  const std::unique_ptr<Asking> asking_;
};

Task<OpenedStream> open_traced(OpenStream open, Outgoing outgoing, ClientRequest request) {
  const std::optional<CallTrace> trace = request.deadline.trace();
  if (!trace) co_return co_await open(std::move(request));
  auto asking = std::make_unique<Asking>(std::move(outgoing), *trace, request);
  auto opened = co_await open(std::move(request));
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  asking->answered((*opened)->status());
  co_return std::make_unique<TracedAnswer>(*std::move(opened), std::move(asking));
}

}  // namespace

Fetch traced(Fetch send, Outgoing outgoing) {
  return [send = std::move(send), outgoing = std::move(outgoing)](ClientRequest request) {
    return send_traced(send, outgoing, std::move(request));
  };
}

OpenStream traced_stream(OpenStream open, Outgoing outgoing) {
  return [open = std::move(open), outgoing = std::move(outgoing)](ClientRequest request) {
    return open_traced(open, outgoing, std::move(request));
  };
}

}  // namespace reprise::http
