#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "platform/http/http.hpp"

// Traces across services (W3C Trace Context). A trace has an id of 32 hexadecimal digits, each of
// its spans one of 16; `traceparent` names both.
namespace reprise::http {

inline constexpr std::string_view kTraceParent = "traceparent";

/// Where the answer to one request stands in its trace.
struct TraceContext {
  std::string trace_id;
  std::string span_id;         ///< of our own span
  std::string parent_span_id;  ///< empty: the trace begins here
  bool sampled = true;         ///< whether whoever began the trace keeps it
};

/// Goes on with the trace that the headers name, or begins one. What is malformed counts as absent
/// (the recommendation, 4.3).
TraceContext trace_of(const Headers& headers);

/// The header for requests that are made on behalf of this one. Pure.
std::string trace_parent(const TraceContext& trace);

/// What the calls that are made for this request carry on. Pure.
CallTrace call_trace(const TraceContext& trace);
/// A span of its own below that of whoever calls.
TraceContext child_of(const CallTrace& trace);

/// One answered request.
struct Span {
  TraceContext trace;
  std::string request_id;  ///< empty in a request of ours to another server
  std::string_view method;
  std::string route;  ///< the pattern, never the path, which holds ids
  int status = 0;     ///< 0: no answer came
  std::int64_t begin_utc_ns = 0;
  std::int64_t end_utc_ns = 0;
  std::string peer = {};  ///< of a request of ours: whom it asks, as `gemini`
  std::string peer_host = {};
  std::string peer_port = {};
};

/// Whom requests of ours ask, and who takes their spans. `take` must not block, is called on any
/// thread, and gets no span of a trace that nobody keeps.
struct Outgoing {
  std::string peer = {};
  std::function<void(Span)> take = {};
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
};

}  // namespace reprise::http
