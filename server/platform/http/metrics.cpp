#include "platform/http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <tuple>

#include "platform/http/router.hpp"

namespace reprise::http {
namespace {

/// Seconds: from a cached page up to a body that arrives slowly.
const prometheus::Histogram::BucketBoundaries kSecondsBounds{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("reprise_http_requests_total")
                                                          .Help("Requests answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("reprise_http_request_seconds")
          .Help("From the complete header to the last byte of the answer")
          .Register(registry);
  prometheus::Counter& unheard =
      prometheus::BuildCounter()
          .Name(std::string(kForwardedUnheard))
          .Help("Requests whose X-Forwarded-For came from a peer that is no trusted proxy")
          .Register(registry)
          .Add({});
  std::function<void(Span)> take_span;
  std::mutex mutex;  // guards the maps; what they point to is thread-safe and lives as long as the
                     // registry
  std::map<std::tuple<Method, std::string, int>, prometheus::Counter*, std::less<>> counters;
  std::map<std::string, prometheus::Histogram*, std::less<>> histograms;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::observe(Method method, std::string_view route, int status,
                      std::chrono::nanoseconds took) {
  const std::lock_guard lock(state_->mutex);
  const std::tuple key{method, std::string(route), status};
  auto counter = state_->counters.find(key);
  if (counter == state_->counters.end()) {
    auto& made = state_->requests.Add({{"method", std::string(method_name(method))},
                                       {"route", std::string(route)},
                                       {"status", std::to_string(status)}});
    counter = state_->counters.emplace(key, &made).first;
  }
  auto histogram = state_->histograms.find(route);
  if (histogram == state_->histograms.end()) {
    auto& made = state_->seconds.Add({{"route", std::string(route)}}, kSecondsBounds);
    histogram = state_->histograms.emplace(std::string(route), &made).first;
  }
  counter->second->Increment();
  histogram->second->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::count_unheard_forward() { state_->unheard.Increment(); }

void Metrics::trace_to(std::function<void(Span)> take) { state_->take_span = std::move(take); }
bool Metrics::traces() const { return static_cast<bool>(state_->take_span); }
void Metrics::trace(Span span) const {
  if (state_->take_span) state_->take_span(std::move(span));
}

Outgoing Metrics::outgoing(std::string peer) const {
  return {.peer = std::move(peer), .take = [this](Span span) { trace(std::move(span)); }};
}

std::string Metrics::exposition() const {
  return prometheus::TextSerializer{}.Serialize(state_->registry.Collect());
}

Response metrics_response(const Metrics& metrics, std::string_view more) {
  Response response{.body = metrics.exposition().append(more)};
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace reprise::http
