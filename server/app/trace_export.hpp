#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/settings.hpp"
#include "platform/http/trace.hpp"

namespace reprise::app {

/// The body of an OTLP request with these spans, as JSON (OTLP 1.x, "JSON Protobuf Encoding").
/// `instance` tells nodes apart. Pure.
std::string otlp_json(const std::vector<http::Span>& spans, const std::string& instance);

/// Sends spans to a collector by OTLP/HTTP, from a thread of its own. What a collector that is slow
/// or away does not take is dropped and counted in the log: the server never waits for it.
class TraceExport {
 public:
  explicit TraceExport(TraceTarget target);
  /// Sends what is left, for kLastWait at most.
  ~TraceExport();
  TraceExport(const TraceExport&) = delete;
  TraceExport& operator=(const TraceExport&) = delete;
  /// Never blocks. Any thread.
  void add(http::Span span);

  static constexpr std::chrono::seconds kEvery{2};
  static constexpr std::chrono::seconds kAnswerWithin{5};
  static constexpr std::size_t kQueuedMax = 4096;
  static constexpr std::size_t kTogetherMax = 512;

 private:
  void run();
  void send(const std::vector<http::Span>& spans);

  const TraceTarget target_;
  const std::string instance_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Span> queue_;
  std::int64_t dropped_ = 0;
  bool ending_ = false;
  bool refused_ = false;  ///< the newest request; only the thread
  std::thread thread_;
};

}  // namespace reprise::app
