#pragma once

// What the fold cannot use, counted by topic. It counts as missing and is reported
// (docs/formats/recording.md 5.6).

#include <cstdint>
#include <map>
#include <vector>

#include "domain/recording/format/chunk.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

class LeftOut {
 public:
  /// Counts a message that does not decode or whose position cannot be true. `now`: media time up
  /// to which the recording has come.
  void add(Topic topic, Frame now);
  /// The number of rows, which have no counter of their own in the loss report. Media are counted
  /// by their channels.
  std::int64_t rows() const;
  /// One event `left_out` for each topic, at the place of the first such message.
  std::vector<Event> events() const;

 private:
  struct Count {
    Frame first_frame;
    std::int64_t count;
  };
  std::map<Topic, Count> counts_;
};

}  // namespace reprise::recording
