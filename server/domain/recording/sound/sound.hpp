#pragma once

// The sound of the view media: samples placed on the media axis, block by block
// (docs/formats/recording.md 5.1).

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/types.hpp"
#include "domain/pcm/fir.hpp"
#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/format/rows.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// Sound that waits for its place; the oldest is dropped first. Two minutes of microphone; ten
/// minutes of the model, which sends far ahead of what is played.
inline constexpr MicSample kMicPendingSamplesMax(120 * kMicRate);
inline constexpr ModelSample kModelPendingSamplesMax(600 * kModelRate);
inline constexpr std::size_t kSpansPendingMax = 20'000;
inline constexpr std::int64_t kPeakFrames = kMediaRate / kPeaksPerSecond;
inline constexpr std::size_t kPeaksPerBlock = kSoundBlockFrames / kPeakFrames;

/// s16 samples as they lie in a message.
std::vector<std::int16_t> samples_of(ByteView pcm_s16le);

/// Low and high of 10 ms of one lane, and its energy.
struct Level {
  std::int16_t low = 0;
  std::int16_t high = 0;
  double square_sum = 0;
  std::int32_t count = 0;
  void add(std::int16_t sample) {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
    square_sum += static_cast<double>(sample) * sample;
    ++count;
  }
};
using BlockLevels = std::array<Level, kPeaksPerBlock>;

/// Runs of samples of one channel, in order of their index.
class SampleQueue {
 public:
  explicit SampleQueue(std::int64_t samples_max) : samples_max_(samples_max) {}
  struct Run {
    std::int64_t first_sample;
    std::vector<std::int16_t> samples;
    std::int64_t end() const { return first_sample + static_cast<std::int64_t>(samples.size()); }
  };
  void add(std::int64_t first_sample, std::vector<std::int16_t> samples);
  /// Drops the runs that end at or before `sample`.
  void drop_before(std::int64_t sample);
  /// Copies those samples of [first, first + out.size()) that are there; leaves the other places of
  /// `out` as they are. Returns how many samples were copied.
  std::int64_t copy(std::int64_t first, std::span<double> out) const;
  const std::deque<Run>& runs() const { return runs_; }

 private:
  std::deque<Run> runs_;
  std::int64_t held_ = 0;
  std::int64_t samples_max_;
};

/// The left channel. Sample i lies at MicMap::frame_of(i). The interpolating filter is centred, so
/// that it adds no delay: media time is the time at which the sound entered the worklet.
class PersonSound {
 public:
  PersonSound();
  void add(MicSample first_sample, std::vector<std::int16_t> samples);
  /// Renders the next block; `first_frame` grows by kSoundBlockFrames from call to call. With a
  /// null `out` only the levels are made. False: the whole block is zero, and `out` was not
  /// written.
  bool render(std::int64_t first_frame, const MicMap& map, float* out, BlockLevels& levels);

 private:
  static constexpr std::size_t kPerBlock = kSoundBlockFrames / 3;
  using Lattice = std::array<double, kPerBlock>;
  void place(std::span<const std::int16_t> samples, std::int64_t frame, std::int64_t first_frame);
  SampleQueue queue_{kMicPendingSamplesMax.value};
  std::int64_t delay_;
  /// One for each position of the samples among the frames (modulo 3), which changes at a break of
  /// the map.
  std::vector<pcm::Upsampler> upsamplers_;
  std::array<Lattice, 3> lattices_{};
  std::array<bool, 3> sounding_{};
  std::array<std::array<float, 2>, 3> carry_{};  ///< frames that belong to the next block
  /// kPeaksPerBlock levels, and the one that has begun
  std::vector<Level> open_levels_;
  std::array<float, kSoundBlockFrames> scratch_{};
};

/// The right channel as the playout worklet rendered it, the delay of its filter included
/// (docs/formats/recording.md 3.6).
class ModelSound {
 public:
  ModelSound();
  void add(ModelSample first_sample, std::vector<std::int16_t> samples);
  /// False: the span overlaps an earlier one or cannot be true, and is ignored.
  bool add(const SpanRow& span);
  bool add(const FadeRow& fade);  ///< false: ignored, as above
  /// As PersonSound::render.
  bool render(std::int64_t first_frame, float* out, BlockLevels& levels);
  /// Where, up to the last block, something was heard whose samples are absent; and how many
  /// samples.
  const std::vector<TimeRange>& gaps() const { return gaps_; }
  ModelSample missing_samples() const { return missing_samples_; }

 private:
  // Places: the media axis, counted in samples of the model.
  static constexpr ModelSample kPerBlock{kSoundBlockFrames / kFramesPerModelSample};
  void miss(ModelSample first_place, ModelSample end_place, ModelSample samples);
  bool fill(ModelSample first_place);
  void fade(ModelSample first_place);
  SampleQueue queue_{kModelPendingSamplesMax.value};
  std::deque<SpanRow> spans_;
  std::deque<FadeRow> fades_;
  Frame spans_end_frame_{0};
  Frame fades_end_frame_{0};
  std::vector<TimeRange> gaps_;
  ModelSample missing_samples_{0};
  pcm::Upsampler upsampler_;
  std::array<double, kPerBlock.value> rendered_{};
};

}  // namespace reprise::recording
