#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reprise::archive {

/// Tells which talks nobody uses any more. Measures by the steady clock, from when this process
/// first saw the talk in its present state, so that neither a step of the wall clock nor a restart
/// ends a talk.
class QuietWatch {
 public:
  using Clock = std::chrono::steady_clock;
  struct Talk {
    std::string id;
    std::int64_t mark = 0;        ///< changes whenever the talk shows a sign of life
    Clock::duration patience{0};  ///< how long the mark may stay the same
  };

  /// `running` are all talks that run. Returns those whose mark has stayed the same for longer than
  /// their patience. `now` must not go back from call to call.
  std::vector<Talk> look(std::vector<Talk> running, Clock::time_point now);

 private:
  struct Seen {
    std::int64_t mark = 0;
    Clock::time_point since;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace reprise::archive
