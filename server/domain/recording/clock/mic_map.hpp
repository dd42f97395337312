#pragma once

// Where samples of /mic/pcm lie on the media axis (the `mic` rows of
// docs/formats/recording.md 3.5).

#include <cstdint>
#include <vector>

namespace reprise::recording {

/// Breaks kept; later ones are ignored (a real session has a handful).
inline constexpr std::size_t kMicBreaksMax = 100'000;

/// A sample index and the context frame at which the sound of that sample entered the worklet.
/// Between breaks one sample is three frames. Rows that say what the line says already take no
/// memory.
class MicMap {
 public:
  /// The three input frames of `first_sample` begin at `context_frame`. False: the row
  /// goes back in samples or in time, which our counter does not, or there are too many; ignored.
  bool add(std::int64_t first_sample, std::int64_t context_frame);
  /// Group delay of the decimating filter, in context frames.
  void set_delay(std::int64_t frames) { delay_ = frames; }
  /// The frame of a sample; before the first row the line of the first row, without any row
  /// 3 × sample.
  std::int64_t frame_of(std::int64_t sample) const;
  /// The first sample at or after `sample` + 1 at which the line breaks; INT64_MAX when none.
  std::int64_t next_break(std::int64_t sample) const;

 private:
  struct Break {
    std::int64_t first_sample;
    std::int64_t frame;
  };
  std::vector<Break> breaks_;
  std::int64_t delay_ = 0;
};

}  // namespace reprise::recording
