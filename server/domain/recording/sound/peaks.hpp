#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/recording/sound/sound.hpp"

namespace reprise::recording {

/// Appends the low and the high of a level as s8 (rounded to the nearest, −128 … 127).
void append_peaks(std::vector<std::int8_t>& peaks, const Level& level);

/// Min and max of every 10 ms of /model/pcm, heard or not, by sample index. Takes 200 bytes a
/// second.
class ModelEnvelope {
 public:
  static constexpr std::int64_t kBinSamples = 240;
  /// 12 hours of model sound. Later sound is not kept: a number in the recording must not decide
  /// how much memory it costs.
  static constexpr ModelSample kSamplesMax{12 * 3600 * kModelRate};
  void add(ModelSample first_sample, std::span<const std::int16_t> samples);
  /// Pairs (min, max) for the bins from `first_sample` to `end_sample`; fewer where nothing was
  /// received.
  std::vector<std::int8_t> peaks(ModelSample first_sample, ModelSample end_sample) const;

 private:
  std::vector<std::int8_t> pairs_;
  Level open_;
  std::int64_t next_sample_ = 0;
};

}  // namespace reprise::recording
