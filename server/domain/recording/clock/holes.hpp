#pragma once

// Where chunks are missing.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/recording/format/media_time.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// From how far the recording had come before missing chunks to the first place that is named
/// after them.
struct Hole {
  Frame start;
  Frame end;
};

/// The holes of a recording. `now`: how far it has come.
class Holes {
 public:
  /// Call it before each chunk. `seq`: its number, when it is known.
  void begin_chunk(std::optional<std::int64_t> seq, Frame now);
  /// A chunk is left out.
  void skip(Frame now);
  /// Call it after each message.
  void reach(Frame now);
  /// When a message has come. Messages that come before a place is named after a hole lie behind
  /// its beginning.
  Frame arrival(Frame now) const { return open_ ? now + Frame(1) : now; }

  /// The holes that end after `from` and begin before `until`, in order.
  std::span<const Hole> within(Frame from, Frame until) const;
  /// The first of them, and the last.
  std::optional<Hole> first_in(Frame from, Frame until) const;
  std::optional<Hole> last_in(Frame from, Frame until) const;

  /// Where the messages of a channel were lost, of which `gaps` tell between which arrivals: in
  /// the holes between these, when there are some. Nobody sends for long in the middle of a talk,
  /// so that the arrivals may lie much further apart.
  std::vector<TimeRange> narrowed(const std::vector<TimeRange>& gaps) const;

 private:
  std::int64_t next_seq_ = 0;
  std::optional<Frame> open_;  ///< where the hole begins whose end is not known yet
  std::vector<Hole> closed_;   ///< in order; at most kGapsPerChannelMax
};

}  // namespace reprise::recording
