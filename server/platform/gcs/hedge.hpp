#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/http/client.hpp"

// A read that takes unusually long gets company: the slowest of many is seldom slow twice.
namespace reprise::gcs {

/// How long the last calls took. Any thread.
class Durations {
 public:
  void add(std::chrono::milliseconds took);
  /// What 95 of 100 calls stayed below; none while too few are known.
  std::optional<std::chrono::milliseconds> percentile_95() const;

  /// At most so many count, the newest.
  static constexpr std::size_t kKept = 200;
  /// Fewer say nothing about one in twenty.
  static constexpr std::size_t kLeast = 20;

 private:
  mutable std::mutex lock_;
  std::array<std::chrono::milliseconds, kKept> ring_{};
  std::size_t added_ = 0;
};

/// Never sooner than this: a second call within a few milliseconds only doubles the work.
inline constexpr std::chrono::milliseconds kHedgeAfterLeast{20};

using Answered = Result<http::ClientResponse>;
using Ask = std::function<Task<Answered>()>;

/// Asks; when there is no answer after the 95th percentile asks a second time, and takes the first
/// good answer (below 500), or the last bad one. Whoever is late is cancelled. At most one in
/// twenty calls does so, by what a percentile is.
Task<Answered> hedged(Ask ask, Durations& durations);

}  // namespace reprise::gcs
