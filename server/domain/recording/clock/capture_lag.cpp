#include "domain/recording/clock/capture_lag.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace reprise::recording {
namespace {

constexpr std::int64_t kSamplesPerMs = 16;
constexpr std::int64_t kFramesPerMs = 48;
/// Milliseconds of the envelope of /mic/pcm that are kept.
constexpr std::size_t kMicMsMax = 15'000;
constexpr PageUs kStretchMax(15'000'000);
constexpr std::size_t kStretchesMax = 4'000;
constexpr std::size_t kEstimatesMax = 64;  ///< 16 s at four a second
constexpr std::size_t kWindow = kLagWindowMs;
constexpr std::size_t kLags = 2 * kLagSearchMs + 1;
constexpr std::size_t kGrid = kWindow + kLags;
/// Estimates this far around a picture take part in its median.
constexpr Frame kMedianBack(2 * kMediaRate);

float companded_rms(std::span<const std::int16_t> samples) {
  std::int64_t sum = 0;
  for (const auto sample : samples) sum += std::int64_t{sample} * sample;
  const auto mean = static_cast<float>(sum) / static_cast<float>(samples.size());
  return 255.0F * std::sqrt(std::sqrt(mean) / 32768.0F);
}

struct Moments {
  float mean;
  float deviation;
};
Moments moments_of(std::span<const float> values) {
  float sum = 0;
  for (const auto value : values) sum += value;
  const float mean = sum / static_cast<float>(values.size());
  float squares = 0;
  for (const auto value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / static_cast<float>(values.size()))};
}

/// Pearson's r of `window` (mean removed) with every place of `grid`.
std::array<float, kLags> correlate(std::span<const float> window, float deviation,
                                   std::span<const float> grid) {
  std::array<float, kLags> result{};
  double sum = 0;
  double squares = 0;
  for (std::size_t k = 0; k < kWindow; ++k) {
    sum += grid[k];
    squares += grid[k] * grid[k];
  }
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    if (lag > 0) {
      const double out = grid[lag - 1];
      const double in = grid[lag + kWindow - 1];
      sum += in - out;
      squares += in * in - out * out;
    }
    std::array<float, 4> parts{};
    for (std::size_t k = 0; k < kWindow; k += parts.size()) {
      for (std::size_t p = 0; p < parts.size(); ++p) parts[p] += window[k + p] * grid[lag + k + p];
    }
    const double variance = squares / kWindow - (sum / kWindow) * (sum / kWindow);
    const double product = (parts[0] + parts[1]) + (parts[2] + parts[3]);
    if (variance > 1) {
      result[lag] =
          static_cast<float>(product / kWindow / (std::sqrt(variance) * double{deviation}));
    }
  }
  return result;
}

/// The place of the maximum between the values: the top of the parabola through three of them.
double refine(const std::array<float, kLags>& r, std::size_t best) {
  if (best == 0 || best + 1 == kLags) return static_cast<double>(best);
  const double left = r[best - 1];
  const double right = r[best + 1];
  const double curve = left - 2.0 * r[best] + right;
  const double shift = curve < -1e-9 ? 0.5 * (left - right) / curve : 0;
  return static_cast<double>(best) + std::clamp(shift, -0.5, 0.5);
}

}  // namespace

void CaptureLag::add_mic(MicSample first_sample, std::span<const std::int16_t> samples) {
  const auto first_ms = (first_sample.value + kSamplesPerMs - 1) / kSamplesPerMs;
  const auto end_ms = mic_first_ms_ + static_cast<std::int64_t>(mic_.size());
  if (first_ms < end_ms) return;
  if (mic_.empty() || first_ms - end_ms > static_cast<std::int64_t>(kMicMsMax)) {
    mic_.clear();
    mic_first_ms_ = first_ms;
  } else {
    mic_.insert(mic_.end(), static_cast<std::size_t>(first_ms - end_ms), 0.0F);
  }
  auto at = static_cast<std::size_t>(first_ms * kSamplesPerMs - first_sample.value);
  for (; at + kSamplesPerMs <= samples.size(); at += kSamplesPerMs) {
    mic_.push_back(companded_rms(samples.subspan(at, kSamplesPerMs)));
  }
  while (mic_.size() > kMicMsMax) {
    mic_.pop_front();
    ++mic_first_ms_;
  }
}

void CaptureLag::add_batch(const MicrophoneRow& row) {
  std::int64_t frames_before = 0;
  std::size_t taken = 0;
  for (const auto& block : row.blocks) {
    const auto pair =
        fit_.add(block.device, block.page,
                 std::chrono::microseconds(block.frames * 1'000'000 / row.sample_rate));
    frames_before += block.frames;
    const auto end = std::min(static_cast<std::size_t>(frames_before * 1000 / row.sample_rate),
                              row.envelope.size());
    // A block of 10 ms holds a whole number of values; a block of another length nearly does.
    stretches_.push_back({pair,
                          {row.envelope.begin() + static_cast<std::ptrdiff_t>(taken),
                           row.envelope.begin() + static_cast<std::ptrdiff_t>(end)}});
    taken = end;
  }
  while (!stretches_.empty() &&
         (stretches_.size() > kStretchesMax ||
          stretches_.front().pair.page < stretches_.back().pair.page - kStretchMax)) {
    stretches_.pop_front();
  }
}

void CaptureLag::estimate_until(Frame frame, const MicMap& mic, const PageMap& page) {
  next_window_ms_ =
      std::max(next_window_ms_, (mic_first_ms_ + kLagHopMs - 1) / kLagHopMs * kLagHopMs);
  for (;; next_window_ms_ += kLagHopMs) {
    const auto end_ms = next_window_ms_ + kLagWindowMs;
    if (end_ms > mic_first_ms_ + static_cast<std::int64_t>(mic_.size())) return;
    const Frame first_frame = mic.frame_of(MicSample(next_window_ms_ * kSamplesPerMs));
    const Frame end_frame =
        mic.frame_of(MicSample(end_ms * kSamplesPerMs - 1)) + frames_of(MicSample(1));
    if (end_frame > frame) return;
    // There is a break inside.
    if (end_frame - first_frame != frame_of_ms(kLagWindowMs)) continue;
    if (const auto lag = estimate(std::chrono::milliseconds(next_window_ms_), first_frame, page)) {
      accept(first_frame + frame_of_ms(kLagWindowMs / 2), *lag);
      last_fifo_lag_ = *lag - page.render_lead();
    }
  }
}

/// Puts the processor's envelope on a grid of milliseconds that begins at `first_frame` (a heard
/// frame). `shift`: mean distance (ms) of the values from the grid places where they were put.
bool CaptureLag::project(double first_frame, const PageMap& page, std::span<float> grid,
                         double& shift) const {
  std::ranges::fill(grid, 0.0F);
  std::size_t filled = 0;
  double shifts = 0;
  std::size_t stretches = 0;
  std::optional<std::uint32_t> epoch;
  std::chrono::microseconds offset{0};
  for (const auto& stretch : stretches_) {
    const auto rough =
        (page.heard_frame(static_cast<double>(stretch.pair.page.value)) - first_frame) /
        kFramesPerMs;
    if (rough < -1000 || rough > kGrid + 1000.0) continue;
    if (epoch != stretch.pair.epoch) {
      epoch = stretch.pair.epoch;
      offset = fit_.offset(stretch.pair);
    }
    const auto moment = static_cast<double>(LatencyFit::at(stretch.pair, offset).value);
    const double place = (page.heard_frame(moment) - first_frame) / kFramesPerMs;
    if (!(std::abs(place) < 1e6)) continue;
    const auto whole = std::floor(place + 0.5);
    shifts += place - whole;
    ++stretches;
    auto at = static_cast<std::int64_t>(whole);
    for (const auto value : stretch.values) {
      if (at >= 0 && at < static_cast<std::int64_t>(grid.size())) {
        grid[static_cast<std::size_t>(at)] = static_cast<float>(value);
        ++filled;
      }
      ++at;
    }
  }
  shift = stretches > 0 ? shifts / static_cast<double>(stretches) : 0;
  return filled * 10 >= grid.size() * 9;
}

std::optional<double> CaptureLag::estimate(std::chrono::milliseconds first, Frame first_frame,
                                           const PageMap& page) const {
  std::array<float, kWindow> window;
  const auto begin = mic_.begin() + static_cast<std::ptrdiff_t>(first.count() - mic_first_ms_);
  std::copy_n(begin, kWindow, window.begin());
  const auto [mean, deviation] = moments_of(window);
  if (deviation < kEnvelopeDeviationMin) return std::nullopt;
  for (auto& value : window) value -= mean;

  // Value `lag` of the correlation is a lag of `longest` − `lag` milliseconds.
  const double longest = page.render_lead() + kDefaultMicLagFrames + kLagSearchMs * kFramesPerMs;
  std::array<float, kGrid> grid;
  double shift = 0;
  if (!project(static_cast<double>(first_frame.value) - longest, page, grid, shift))
    return std::nullopt;
  const auto r = correlate(window, deviation, grid);
  const auto best = static_cast<std::size_t>(std::ranges::max_element(r) - r.begin());
  if (r[best] < kCorrelationMin) return std::nullopt;
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    const bool far = lag + kLagPeakMs < best || lag > best + kLagPeakMs;
    if (far && r[lag] > r[best] - kCorrelationMarginMin) return std::nullopt;
  }
  return longest - (refine(r, best) + shift) * kFramesPerMs;
}

void CaptureLag::accept(Frame frame, double lag) {
  Estimate next{frame, lag, estimates_.empty() ? 0 : estimates_.back().regime};
  const auto keep = [this](const Estimate& estimate) {
    estimates_.push_back(estimate);
    if (estimates_.size() > kEstimatesMax) estimates_.pop_front();
  };
  if (estimates_.empty() || std::abs(lag - estimates_.back().lag) <= kLagStepFrames) {
    surprise_.reset();
    return keep(next);
  }
  if (surprise_ && std::abs(lag - surprise_->lag) <= kLagAgreementFrames) {
    ++steps_;
    surprise_->regime = ++next.regime;
    keep(*surprise_);
    surprise_.reset();
    return keep(next);
  }
  surprise_ = next;
}

double CaptureLag::lag_at(Frame frame, Frame ahead, const PageMap& page) const {
  const auto distance = [frame](const Estimate& estimate) {
    return std::abs((estimate.frame - frame).value);
  };
  const Estimate* nearest = nullptr;
  for (const auto& estimate : estimates_) {
    if (estimate.frame > frame + ahead) break;
    if (nearest == nullptr || distance(estimate) < distance(*nearest)) nearest = &estimate;
  }
  if (nearest == nullptr) return page.render_lead() + kDefaultMicLagFrames;
  std::array<double, kEstimatesMax> near;
  std::size_t count = 0;
  for (const auto& estimate : estimates_) {
    if (estimate.regime == nearest->regime && estimate.frame >= frame - kMedianBack &&
        estimate.frame <= frame + ahead) {
      near[count++] = estimate.lag;
    }
  }
  if (count == 0) return nearest->lag;
  const auto middle = near.begin() + static_cast<std::ptrdiff_t>(count / 2);
  std::nth_element(near.begin(), middle, near.begin() + static_cast<std::ptrdiff_t>(count));
  return *middle;
}

}  // namespace reprise::recording
