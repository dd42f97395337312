#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace reprise::playback {

/// Which recordings a pass over all without a view folds. One whose fold fails again and again (its
/// view does not fit on the disk, say) must not be folded from its beginning in every pass: it is
/// folded in the 1st, 2nd, 4th, 8th, … pass, and in every 256th at least. Counts passes, so that it
/// needs no clock. Not for several threads.
class FoldRetries {
 public:
  /// Passes from one fold to the next at most: about an hour when a pass comes every 15 s.
  static constexpr std::int64_t kPassesMax = 256;
  /// Recordings that failed and are remembered; beyond that nothing is left out.
  static constexpr std::size_t kRememberedMax = 10'000;

  /// A pass begins. Those that the pass before did not meet any more have their view, or are gone.
  void begin_pass();
  /// Whether `recording`, which has no view, is folded in this pass. Call it once for each.
  bool is_due(const std::string& recording);

 private:
  struct Failed {
    std::int64_t tries = 0;
    std::int64_t next_pass = 0;
    std::int64_t met_in = 0;
  };
  std::int64_t pass_ = 0;
  std::map<std::string, Failed> failed_;
};

}  // namespace reprise::playback
