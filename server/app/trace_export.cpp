#include "app/trace_export.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <iterator>
#include <utility>

#include "app/about_routes.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/run_alone.hpp"
#include "platform/http/client.hpp"

namespace reprise::app {
namespace json = boost::json;

namespace {

constexpr int kServerKind = 2;  // SPAN_KIND_SERVER
constexpr int kClientKind = 3;  // SPAN_KIND_CLIENT
constexpr int kFailed = 2;      // STATUS_CODE_ERROR
constexpr int kServerError = 500;
constexpr int kClientError = 400;
constexpr int kFine = 200;

json::object text(const char* key, std::string_view value) {
  return {{"key", key}, {"value", json::object{{"stringValue", value}}}};
}
/// 64-bit numbers are strings in this encoding.
json::object number(const char* key, std::int64_t value) {
  return {{"key", key}, {"value", json::object{{"intValue", std::to_string(value)}}}};
}

/// A request of ours to another server, by OpenTelemetry's conventions for HTTP.
json::array about_asked(const http::Span& span) {
  json::array about{text("http.request.method", span.method), text("peer.service", span.peer),
                    text("server.address", span.peer_host)};
  std::int64_t port = 0;
  const char* const end = span.peer_port.data() + span.peer_port.size();
  if (std::from_chars(span.peer_port.data(), end, port).ptr == end) {
    about.emplace_back(number("server.port", port));
  }
  if (span.status > 0) {
    about.emplace_back(number("http.response.status_code", span.status));
  } else {
    about.emplace_back(text("error.type", "no answer"));
  }
  return about;
}

json::array about_answered(const http::Span& span) {
  return {text("http.request.method", span.method), text("http.route", span.route),
          number("http.response.status_code", span.status),
          text("reprise.request_id", span.request_id)};
}

json::object span_of(const http::Span& span) {
  const bool asked = !span.peer.empty();
  json::object made{{"traceId", span.trace.trace_id},
                    {"spanId", span.trace.span_id},
                    {"name", std::string(span.method) + " " + (asked ? span.peer : span.route)},
                    {"kind", asked ? kClientKind : kServerKind},
                    {"startTimeUnixNano", std::to_string(span.begin_utc_ns)},
                    {"endTimeUnixNano", std::to_string(span.end_utc_ns)},
                    {"attributes", asked ? about_asked(span) : about_answered(span)}};
  if (!span.trace.parent_span_id.empty()) made["parentSpanId"] = span.trace.parent_span_id;
  // A refusal fails the one who asked, and not the one who refused.
  const bool failed = span.status >= (asked ? kClientError : kServerError) || span.status == 0;
  if (failed) made["status"] = json::object{{"code", kFailed}};
  return made;
}

Task<std::expected<http::ClientResponse, http::FetchError>> post(TraceTarget target,
                                                                 std::string body) {
  http::Headers headers;
  headers.add("Content-Type", "application/json");
  if (!target.token.empty()) headers.add("Authorization", "Bearer " + target.token);
  co_return co_await http::fetch({.method = http::Method::Post,
                                  .url = std::move(target.url),
                                  .headers = std::move(headers),
                                  .body = std::move(body),
                                  .deadline = Deadline::after(TraceExport::kAnswerWithin)});
}

}  // namespace

std::string otlp_json(const std::vector<http::Span>& spans, const std::string& instance) {
  json::array made;
  made.reserve(spans.size());
  for (const http::Span& span : spans) made.emplace_back(span_of(span));
  const json::array about{text("service.name", "reprise"), text("service.version", kVersion),
                          text("service.instance.id", instance)};
  const json::object scope{{"scope", json::object{{"name", "reprise.http"}}},
                           {"spans", std::move(made)}};
  const json::object resource{{"resource", json::object{{"attributes", about}}},
                              {"scopeSpans", json::array{scope}}};
  return json::serialize(json::object{{"resourceSpans", json::array{resource}}});
}

TraceExport::TraceExport(TraceTarget target)
    : target_(std::move(target)), instance_(new_uuid7()), thread_([this] { run(); }) {}

TraceExport::~TraceExport() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void TraceExport::add(http::Span span) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= kQueuedMax) {
    ++dropped_;
    return;
  }
  queue_.push_back(std::move(span));
}

void TraceExport::run() {
  for (bool ending = false; !ending;) {
    std::vector<http::Span> spans;
    std::int64_t dropped = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kEvery, [this] { return ending_; });
      ending = ending_;
      spans = std::exchange(queue_, {});
      dropped = std::exchange(dropped_, 0);
    }
    if (dropped > 0) log::warn("trace.dropped", {{"spans", dropped}});
    for (std::size_t at = 0; at < spans.size(); at += kTogetherMax) {
      const auto first = spans.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(kTogetherMax, spans.size() - at);
      send({std::make_move_iterator(first),
            std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count))});
      if (ending && refused_) return;  // the server does not wait for a collector that is away
    }
  }
}

void TraceExport::send(const std::vector<http::Span>& spans) {
  std::string why;
  try {
    const auto answer = run_alone(post(target_, otlp_json(spans, instance_)));
    if (!answer) why = answer.error().detail;
    if (answer && answer->status != kFine) why = "status " + std::to_string(answer->status);
  } catch (const std::exception& error) {
    why = error.what();
  }
  const bool failed = !why.empty();
  if (failed && !refused_) log::warn("trace.refused", {{"url", target_.url}, {"what", why}});
  if (!failed && refused_) log::info("trace.taken_again", {{"url", target_.url}});
  refused_ = failed;
}

}  // namespace reprise::app
