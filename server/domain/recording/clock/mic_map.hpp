#pragma once

// Where samples of /mic/pcm lie on the media axis (the `mic` rows of
// docs/formats/recording.md 3.5).

#include <cstdint>
#include <vector>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

/// Breaks that are kept; later ones are ignored. A real session has a handful.
inline constexpr std::size_t kMicBreaksMax = 100'000;

/// Maps a sample index to the context frame at which the sound of that sample entered the worklet.
/// Between breaks one sample is three frames. A row that only confirms the line takes no memory.
class MicMap {
 public:
  /// Adds a row: the three input frames of `first_sample` begin at `context_frame`. False: the row
  /// is ignored, because it goes back in samples or in time (our counter never does) or because
  /// there are too many rows.
  bool add(MicSample first_sample, Frame context_frame);
  /// Group delay of the decimating filter, in context frames.
  void set_delay(Frame frames) { delay_ = frames; }
  /// The frame of a sample. Before the first row, the line of the first row is extended; without
  /// any row the answer is 3 × sample.
  Frame frame_of(MicSample sample) const;
  /// The first sample after `sample` at which the line breaks; the largest number when there is
  /// none.
  MicSample next_break(MicSample sample) const;

 private:
  struct Break {
    MicSample first_sample;
    Frame frame;
  };
  std::vector<Break> breaks_;
  Frame delay_{0};
};

}  // namespace reprise::recording
