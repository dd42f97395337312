#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace reprise::live {

/// The browser gives a sign every ten seconds of a talk that is not recorded. Three may get lost.
inline constexpr std::chrono::seconds kSilentAfter{30};
/// Talks that are watched at one time: far more than the people of one server hold. Any further
/// talk is not watched.
inline constexpr std::size_t kWatchedTalksMax = 10'000;

/// Remembers which talks have given a sign of life, and tells which have stopped: their tab or
/// their network is gone. Kept in memory; after a restart a talk is watched again from its next
/// sign on. Any thread.
class SignsOfLife {
 public:
  using Clock = std::chrono::steady_clock;
  void seen(const std::string& id, Clock::time_point now);
  /// The talk has ended: no more signs are expected.
  void forget(const std::string& id);
  /// The talks that have been silent for longer than kSilentAfter. Each is named once.
  std::vector<std::string> take_silent(Clock::time_point now);

 private:
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> last_;
};

}  // namespace reprise::live
