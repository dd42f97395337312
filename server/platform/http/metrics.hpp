#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/http/http.hpp"
#include "platform/http/trace.hpp"

namespace reprise::http {

/// Counts requests with an `X-Forwarded-For` from a peer that is no trusted proxy.
inline constexpr std::string_view kForwardedUnheard = "reprise_http_forwarded_unheard_total";

/// What `/metrics` shows. Any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  /// Counts one answered request: `reprise_http_requests_total{method,route,status}` and
  /// `reprise_http_request_seconds{route}`. `route` is the pattern, never the path: the number of
  /// labels must not depend on what clients send.
  void observe(Method method, std::string_view route, int status, std::chrono::nanoseconds took);
  void count_unheard_forward();
  /// Gives each answered request to `take`, which must not block. Call it before requests come.
  void trace_to(std::function<void(Span)> take);
  /// Whether somebody takes spans.
  bool traces() const;
  void trace(Span span) const;
  /// For requests to another server, whose spans go where those of answered requests go. It must
  /// not outlive the metrics.
  Outgoing outgoing(std::string peer) const;
  /// The text exposition format 0.0.4.
  std::string exposition() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 200 with the exposition and `more` in the same format, for the ops listener.
Response metrics_response(const Metrics& metrics, std::string_view more = {});

}  // namespace reprise::http
