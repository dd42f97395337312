#include "domain/recording/sound/peaks.hpp"

#include <algorithm>

namespace reprise::recording {
namespace {

std::int8_t as_s8(std::int16_t sample) {
  return static_cast<std::int8_t>(std::min((sample + 128) >> 8, 127));
}

}  // namespace

void append_peaks(std::vector<std::int8_t>& peaks, const Level& level) {
  peaks.push_back(as_s8(level.low));
  peaks.push_back(as_s8(level.high));
}

void ModelEnvelope::add(ModelSample first, std::span<const std::int16_t> samples) {
  const std::int64_t first_sample = first.value;
  if (first_sample < next_sample_ || first >= kSamplesMax) return;
  if (first_sample / kBinSamples > next_sample_ / kBinSamples) {  // a gap is silence
    append_peaks(pairs_, open_);
    open_ = Level{};
    pairs_.resize(static_cast<std::size_t>(first_sample / kBinSamples) * 2, 0);
  }
  next_sample_ = first_sample;
  for (const auto sample : samples) {
    open_.add(sample);
    if (++next_sample_ % kBinSamples != 0) continue;
    append_peaks(pairs_, open_);
    open_ = Level{};
  }
}

std::vector<std::int8_t> ModelEnvelope::peaks(ModelSample first_sample,
                                              ModelSample end_sample) const {
  const auto bins = static_cast<std::int64_t>(pairs_.size() / 2);
  const auto begin = std::min(first_sample.value / kBinSamples, bins);
  const auto end = std::clamp((end_sample.value + kBinSamples - 1) / kBinSamples, begin, bins);
  std::vector<std::int8_t> result(pairs_.begin() + 2 * begin, pairs_.begin() + 2 * end);
  // Adds the bin that is not full yet.
  const bool reaches_open =
      first_sample.value < next_sample_ && end_sample.value > bins * kBinSamples;
  if (reaches_open && open_.count > 0) append_peaks(result, open_);
  return result;
}

}  // namespace reprise::recording
