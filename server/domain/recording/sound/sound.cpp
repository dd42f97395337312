#include "domain/recording/sound/sound.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {
namespace {

/// The pieces of one gap come block by block; a pause between them in which nothing was to be heard
/// does not divide the gap.
constexpr std::int64_t kGapJoinNs = 250'000'000;

}  // namespace

std::vector<std::int16_t> samples_of(ByteView pcm_s16le) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<std::int16_t> samples(pcm_s16le.size() / 2);
  if (!samples.empty()) std::memcpy(samples.data(), pcm_s16le.data(), samples.size() * 2);
  return samples;
}

void SampleQueue::add(std::int64_t first_sample, std::vector<std::int16_t> samples) {
  if (samples.empty() || (!runs_.empty() && first_sample < runs_.back().end())) return;
  held_ += static_cast<std::int64_t>(samples.size());
  runs_.push_back({first_sample, std::move(samples)});
  while (held_ > samples_max_ && runs_.size() > 1) drop_before(runs_.front().end());
}

void SampleQueue::drop_before(std::int64_t sample) {
  while (!runs_.empty() && runs_.front().end() <= sample) {
    held_ -= static_cast<std::int64_t>(runs_.front().samples.size());
    runs_.pop_front();
  }
}

std::int64_t SampleQueue::copy(std::int64_t first, std::span<double> out) const {
  std::int64_t copied = 0;
  const auto last = first + static_cast<std::int64_t>(out.size());
  auto run = std::ranges::upper_bound(runs_, first, {}, &Run::first_sample);
  if (run != runs_.begin()) --run;
  for (; run != runs_.end() && run->first_sample < last; ++run) {
    const auto begin = std::max(first, run->first_sample);
    const auto end = std::min(last, run->end());
    for (auto i = begin; i < end; ++i) {
      out[static_cast<std::size_t>(i - first)] =
          pcm::from_s16(run->samples[static_cast<std::size_t>(i - run->first_sample)]);
    }
    copied += std::max<std::int64_t>(0, end - begin);
  }
  return copied;
}

PersonSound::PersonSound()
    : delay_(pcm::delay_frames_of(pcm::FirTable::MicUp3)),
      upsamplers_(3, pcm::Upsampler(pcm::FirTable::MicUp3)),
      open_levels_(kPeaksPerBlock + 1) {}

void PersonSound::add(MicSample first_sample, std::vector<std::int16_t> samples) {
  queue_.add(first_sample.value, std::move(samples));
}

/// Puts a run without a break on its lattice and into the levels. The lattices of this block begin
/// later by the filter's delay: their outputs are the frames from `first_frame` on.
void PersonSound::place(std::span<const std::int16_t> samples, std::int64_t frame,
                        std::int64_t first_frame) {
  const auto begin = first_frame + delay_;
  if (frame < begin) {
    const auto late = static_cast<std::size_t>((begin - frame + 2) / 3);
    if (late >= samples.size()) return;
    samples = samples.subspan(late);
    frame += 3 * static_cast<std::int64_t>(late);
  }
  const auto offset = frame - begin;
  if (offset >= kSoundBlockFrames) return;
  const auto phase = static_cast<std::size_t>(offset % 3);
  const auto index = static_cast<std::size_t>(offset / 3);
  samples = samples.first(std::min(samples.size(), kPerBlock - index));
  sounding_[phase] = true;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    lattices_[phase][index + i] = pcm::from_s16(samples[i]);
  }
  auto place = frame - first_frame;
  while (!samples.empty()) {
    const auto slot = static_cast<std::size_t>(place / kPeakFrames);
    const auto room = static_cast<std::size_t>(
        (static_cast<std::int64_t>(slot + 1) * kPeakFrames - place + 2) / 3);
    const auto part = samples.first(std::min(room, samples.size()));
    if (slot < open_levels_.size()) {
      for (const auto sample : part) open_levels_[slot].add(sample);
    }
    place += 3 * static_cast<std::int64_t>(part.size());
    samples = samples.subspan(part.size());
  }
}

bool PersonSound::render(std::int64_t first_frame, const MicMap& map, float* out,
                         BlockLevels& levels) {
  const auto end_frame = first_frame + delay_ + kSoundBlockFrames;
  std::int64_t done = 0;
  for (const auto& run : queue_.runs()) {
    if (map.frame_of(MicSample(run.first_sample)).value >= end_frame) break;
    for (auto first = run.first_sample; first < run.end();) {
      const auto end = std::min(run.end(), map.next_break(MicSample(first)).value);
      const std::span samples(run.samples);
      place(samples.subspan(static_cast<std::size_t>(first - run.first_sample),
                            static_cast<std::size_t>(end - first)),
            map.frame_of(MicSample(first)).value, first_frame);
      first = end;
    }
    if (map.frame_of(MicSample(run.end() - 1)).value >= end_frame) break;
    done = run.end();
  }
  queue_.drop_before(done);
  std::copy_n(open_levels_.begin(), kPeaksPerBlock, levels.begin());
  open_levels_[0] = open_levels_.back();
  std::fill(open_levels_.begin() + 1, open_levels_.end(), Level{});

  bool silent = true;
  for (std::size_t phase = 0; phase < lattices_.size(); ++phase) {
    if (out != nullptr) {
      upsamplers_[phase].process(lattices_[phase], scratch_);
      // Phase p of the lattice gives the frames from `first_frame + p` on.
      const auto heard = [](float value) { return value != 0; };
      if (std::ranges::any_of(scratch_, heard) || std::ranges::any_of(carry_[phase], heard)) {
        if (silent) std::fill_n(out, kSoundBlockFrames, 0.0F);
        silent = false;
        for (std::size_t i = 0; i < phase; ++i) out[i] += carry_[phase][i];
        for (std::size_t i = phase; i < kSoundBlockFrames; ++i) out[i] += scratch_[i - phase];
      }
      for (std::size_t i = 0; i < phase; ++i) {
        carry_[phase][i] = scratch_[kSoundBlockFrames - phase + i];
      }
    }
    if (sounding_[phase]) lattices_[phase].fill(0);
    sounding_[phase] = false;
  }
  return !silent;
}

ModelSound::ModelSound() : upsampler_(pcm::FirTable::ModelUp2) {}

void ModelSound::add(ModelSample first_sample, std::vector<std::int16_t> samples) {
  queue_.add(first_sample.value, std::move(samples));
}

bool ModelSound::add(const SpanRow& span) {
  if (span.context_frame < spans_end_frame_) return false;
  spans_end_frame_ = span.end_frame();
  spans_.push_back(span);
  if (spans_.size() > kSpansPendingMax) spans_.pop_front();
  return true;
}

bool ModelSound::add(const FadeRow& fade) {
  if (fade.context_frame < fades_end_frame_) return false;
  fades_end_frame_ = fade.end_frame();
  fades_.push_back(fade);
  if (fades_.size() > kSpansPendingMax) fades_.pop_front();
  return true;
}

/// Copies the samples of the spans to `rendered_`. False: this block has none.
bool ModelSound::fill(ModelSample first_place) {
  const auto index = [first_place](ModelSample place) {
    return static_cast<std::size_t>((place - first_place).value);
  };
  while (!spans_.empty() && model_samples_of(spans_.front().end_frame()) <= first_place) {
    queue_.drop_before((spans_.front().first_sample + spans_.front().sample_count).value);
    spans_.pop_front();
  }
  bool filled = false;
  for (const auto& span : spans_) {
    const auto place = model_samples_of(span.context_frame);
    const auto begin = std::max(place, first_place);
    const auto end = std::min(place + span.sample_count, first_place + kPerBlock);
    if (place >= first_place + kPerBlock) break;
    if (end <= begin) continue;
    if (!filled) rendered_.fill(0);
    filled = true;
    const std::span<double> out(rendered_);
    const ModelSample copied(
        queue_.copy((span.first_sample + begin - place).value,
                    out.subspan(index(begin), static_cast<std::size_t>((end - begin).value))));
    if (copied < end - begin) miss(begin, end, end - begin - copied);
  }
  return filled;
}

void ModelSound::miss(ModelSample first_place, ModelSample end_place, ModelSample samples) {
  missing_samples_ += samples;
  const auto start = ns_of_frame(frames_of(first_place));
  const auto end = ns_of_frame(frames_of(end_place));
  if (!gaps_.empty() && start - gaps_.back().end_ns < kGapJoinNs) {
    gaps_.back().end_ns = end;
  } else if (gaps_.size() < kGapsPerChannelMax) {
    gaps_.push_back({start, end});
  }
}

void ModelSound::fade(ModelSample first_place) {
  while (!fades_.empty() && model_samples_of(fades_.front().end_frame()) <= first_place) {
    fades_.pop_front();
  }
  for (const auto& fade : fades_) {
    const auto place = model_samples_of(fade.context_frame);
    if (place >= first_place + kPerBlock) break;
    const auto end = std::min(place + fade.sample_count, first_place + kPerBlock);
    for (auto n = std::max(place, first_place); n < end; n += ModelSample(1)) {
      rendered_[static_cast<std::size_t>((n - first_place).value)] *=
          1.0 -
          static_cast<double>((n - place).value + 1) / static_cast<double>(fade.sample_count.value);
    }
  }
}

bool ModelSound::render(std::int64_t first_frame, float* out, BlockLevels& levels) {
  const auto first_place = model_samples_of(Frame(first_frame));
  if (fill(first_place)) {
    fade(first_place);
    constexpr auto kPerLevel = static_cast<std::size_t>(kPerBlock.value) / kPeaksPerBlock;
    for (std::size_t n = 0; n < rendered_.size(); ++n) {
      levels[n / kPerLevel].add(pcm::to_s16(rendered_[n]));
    }
  }
  bool silent = true;
  if (out != nullptr) {
    const std::span result(out, kSoundBlockFrames);
    upsampler_.process(rendered_, result);
    silent = std::ranges::all_of(result, [](float value) { return value == 0; });
  }
  rendered_.fill(0);
  return !silent;
}

}  // namespace reprise::recording
