#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reprise::archive {

/// Tells which talks nobody uses any more. Counts by the steady clock from when this process first
/// saw a talk as it is, so that neither a step of the wall clock nor a restart ends one.
class QuietWatch {
 public:
  using Clock = std::chrono::steady_clock;
  struct Talk {
    std::string id;
    std::int64_t mark = 0;        ///< changes whenever something is heard of it
    Clock::duration patience{0};  ///< how long the mark may stay
  };

  /// Of all talks that run, those whose mark has stayed for longer than their patience. Looks at
  /// `now` must not go back.
  std::vector<Talk> look(std::vector<Talk> running, Clock::time_point now);

 private:
  struct Seen {
    std::int64_t mark = 0;
    Clock::time_point since;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace reprise::archive
