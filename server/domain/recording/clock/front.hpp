#pragma once

// How far a recording has come, and which positions are plausible.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "domain/recording/format/media_time.hpp"
#include "domain/recording/format/rows.hpp"

namespace reprise::recording {

/// A position may be ahead of what the page clock allows by this much. A wrong position would make
/// the fold render hours of silence.
inline constexpr Frame kFrontSlack(60 * kMediaRate);
/// The most media that one chunk can hold. A chunk is sealed once a second; a browser whose disk
/// stalls seals later. A longer stall is covered by kFrontSlack.
inline constexpr std::int64_t kChunkFramesMax = 10 * kMediaRate;

/// The largest context frame that chunk `seq` can name, if every chunk before it was as long as a
/// chunk can be.
constexpr Frame possible_frames(std::int64_t seq) {
  const auto chunks = std::min(seq + 1, kMediaFramesMax / kChunkFramesMax);
  return std::min(kFrontSlack + Frame(chunks * kChunkFramesMax), Frame(kMediaFramesMax));
}

/// The largest context frame that any message has named so far. Depends only on the order of the
/// messages.
class Front {
 public:
  Frame frame() const { return frame_; }
  /// From here on no frame after `frames_max` is plausible. `frames_max` is the possible_frames of
  /// the chunk.
  void limit(Frame frames_max) { frames_max_ = frames_max; }
  Frame limit() const { return frames_max_; }
  /// Whether `frame` can be true: context frames grow no faster than the page clock. The first one
  /// may be anywhere that its chunk allows, since chunks before it may be missing.
  bool plausible(Frame frame, LogNs log) const {
    if (frame > frames_max_) return false;
    if (frame_ == Frame(0)) return true;
    const LogNs elapsed{log_ ? std::max<std::int64_t>(0, log.value - log_->value) : 0};
    return frame <= frame_ + frame_of_ms(ms_of(elapsed)) + kFrontSlack;
  }
  /// Notes a frame. False: it is not plausible, and nothing has changed.
  bool advance(Frame frame, LogNs log) {
    if (!plausible(frame, log)) return false;
    if (!log_ || frame > frame_) log_ = log;
    frame_ = std::max(frame_, frame);
    return true;
  }

 private:
  Frame frame_{0};
  Frame frames_max_{kMediaFramesMax};
  std::optional<LogNs> log_;
};

/// Where a row lies: at `place`, computed from its page clock time; or, when that cannot be true,
/// where it stands in the record (`by_order`). `arrival`: the front when the row came; `front`: the
/// front now. Recordings made before 2026-11-28 hold rows of Workers whose clock had another origin
/// than the window's.
struct CheckedPlace {
  double frame;
  bool by_order;
};
inline CheckedPlace checked_place(double place, Frame arrival, Frame front) {
  const bool possible = place >= static_cast<double>((arrival - kFrontSlack).value) &&
                        place <= static_cast<double>((front + kFrontSlack).value);
  return possible ? CheckedPlace{place, false}
                  : CheckedPlace{static_cast<double>(arrival.value), true};
}

}  // namespace reprise::recording
