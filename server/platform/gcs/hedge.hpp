#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "base/async.hpp"
#include "base/types.hpp"
#include "platform/http/client.hpp"

// A read that takes unusually long is sent a second time, since the second is seldom slow as well.
namespace reprise::gcs {

/// Remembers how long the last calls took. Any thread.
class Durations {
 public:
  void add(std::chrono::milliseconds took);
  /// The time within which 95 of 100 calls had ended. Empty until kLeast calls are known.
  std::optional<std::chrono::milliseconds> percentile_95() const;

  /// How many of the newest calls are remembered.
  static constexpr std::size_t kKept = 200;
  /// A 95th percentile of fewer calls than this would be that of the slowest one.
  static constexpr std::size_t kLeast = 20;

 private:
  mutable std::mutex lock_;
  std::array<std::chrono::milliseconds, kKept> ring_{};
  std::size_t added_ = 0;
};

/// The second call is never sent sooner than this. Within a few milliseconds the first answer is
/// likely to come anyway.
inline constexpr std::chrono::milliseconds kHedgeAfterLeast{20};

using Answered = Result<http::ClientResponse>;
using Ask = std::function<Task<Answered>()>;

/// Calls `ask`, and a second time when no answer has come within the 95th percentile. Returns the
/// first answer with a status below 500, or else the last answer, and cancels the other call. By
/// the meaning of a percentile about one call in twenty is sent twice.
Task<Answered> hedged(Ask ask, Durations& durations);

}  // namespace reprise::gcs
