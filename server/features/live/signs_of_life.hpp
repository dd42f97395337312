#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace reprise::live {

/// What the browser says every ten seconds of a talk that is not recorded; three may get lost.
inline constexpr std::chrono::seconds kSilentAfter{30};
/// Talks at one time; far more than one server's people hold. One more is not watched.
inline constexpr std::size_t kWatchedTalksMax = 10'000;

/// Which talks said that they go on, and which of them have stopped saying so: their tab or their
/// network is gone. Kept in memory: after a restart a talk is watched again from its next sign on.
/// Any thread.
class SignsOfLife {
 public:
  using Clock = std::chrono::steady_clock;
  void seen(const std::string& id, Clock::time_point now);
  /// It has ended: nothing more is expected.
  void forget(const std::string& id);
  /// Those that have been silent for longer than kSilentAfter; each is named once.
  std::vector<std::string> take_silent(Clock::time_point now);

 private:
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> last_;
};

}  // namespace reprise::live
