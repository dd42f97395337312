#include "domain/pcm/fir.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>

namespace reprise::pcm {
namespace {

constexpr char kTapsJson[] = {
#embed "../../../api/fir/taps.json"
};
constexpr std::size_t kBlock = 480;  ///< input samples computed at a time: stays in the L1 cache
constexpr std::size_t kLanes = 16;
static_assert(kBlock % kLanes == 0);
constexpr std::size_t kDown = 3;

/// Reads the numbers of `"<name>": {… "taps": [ … ]`. Uses `from_chars`, which rounds as JavaScript
/// does (Boost.JSON 1.81 may be off by one bit).
std::vector<double> read_taps(std::string_view name) {
  const std::string_view text{kTapsJson, sizeof(kTapsJson)};
  const std::size_t table = text.find('"' + std::string{name} + '"');
  std::size_t at = text.find('[', text.find("\"taps\"", table));
  const std::size_t end = text.find(']', at);
  if (end == std::string_view::npos) throw std::logic_error("api/fir/taps.json has no such table");
  std::vector<double> taps;
  while ((at = text.find_first_of("-0123456789", at + 1)) < end) {
    double tap = 0;
    const auto [rest, error] = std::from_chars(text.data() + at, text.data() + end, tap);
    if (error != std::errc{}) throw std::logic_error("api/fir/taps.json is not understood");
    taps.push_back(tap);
    at = static_cast<std::size_t>(rest - text.data());
  }
  return taps;
}

}  // namespace

std::span<const double> taps_of(FirTable table) {
  static const std::array<std::vector<double>, 3> tables{
      read_taps("mic_down_3"), read_taps("mic_up_3"), read_taps("model_up_2")};
  return tables[static_cast<std::size_t>(table)];
}

std::int64_t delay_frames_of(FirTable table) {
  return static_cast<std::int64_t>(taps_of(table).size() - 1) / 2;
}

std::int16_t to_s16(double sample) {
  return static_cast<std::int16_t>(std::clamp(std::floor(sample * 32768 + 0.5), -32768.0, 32767.0));
}

Upsampler::Upsampler(FirTable table) {
  const std::span<const double> taps = taps_of(table);
  const std::size_t factor = table == FirTable::ModelUp2 ? 2 : 3;
  phases_.resize(factor);
  for (std::size_t k = 0; k < taps.size(); ++k) phases_[k % factor].push_back(taps[k]);
  history_ = phases_[0].size() - 1;
  work_.assign(history_ + kBlock, 0.0);
}

void Upsampler::process(std::span<const double> input, std::span<float> output) {
  while (!input.empty()) {
    const std::size_t count = std::min(input.size(), kBlock);
    const std::span<const double> block = input.first(count);
    const std::span<float> result = output.first(count * factor());
    input = input.subspan(count);
    output = output.subspan(result.size());
    const auto is_zero = [](double value) { return value == 0; };
    if (silent_ && std::ranges::all_of(block, is_zero)) {
      std::ranges::fill(result, 0.0F);
      continue;
    }
    std::ranges::copy(block, work_.begin() + static_cast<std::ptrdiff_t>(history_));
    compute(count, result);
    std::copy_n(work_.begin() + static_cast<std::ptrdiff_t>(count), history_, work_.begin());
    silent_ =
        std::all_of(work_.begin(), work_.begin() + static_cast<std::ptrdiff_t>(history_), is_zero);
  }
}

namespace {

/// The data of one call of Upsampler::compute. `newest` is the first value of the input; the past
/// lies before it.
struct Convolution {
  const std::vector<std::vector<double>>& phases;
  const double* newest;
  std::size_t count;
  std::span<float> output;
};

// Computes kLanes sums side by side, so that they vectorise and stay in registers. Each sum still
// runs from k = 0. The last group may compute sums that are not used.
[[gnu::always_inline]] inline void convolve(const Convolution& all) {
  const std::size_t factor = all.phases.size();
  for (std::size_t phase = 0; phase < factor; ++phase) {
    const std::span<const double> taps = all.phases[phase];
    for (std::size_t first = 0; first < all.count; first += kLanes) {
      const double* const x = all.newest + first;
      double sums[kLanes] = {};
      for (std::size_t k = 0; k < taps.size(); ++k) {
        const double tap = taps[k];
        for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += tap * (x - k)[lane];
      }
      const std::size_t last = std::min(kLanes, all.count - first);
      for (std::size_t lane = 0; lane < last; ++lane) {
        all.output[(first + lane) * factor + phase] = static_cast<float>(sums[lane]);
      }
    }
  }
}

void convolve_anywhere(const Convolution& all) { convolve(all); }
#if defined(__x86_64__)
/// The same sums in the same order (products are not fused), four of them in a register.
[[gnu::target("avx2")]] void convolve_avx2(const Convolution& all) { convolve(all); }
#endif

}  // namespace

void Upsampler::compute(std::size_t count, std::span<float> output) {
  const Convolution all{phases_, work_.data() + history_, count, output};
#if defined(__x86_64__)
  static const bool fast = __builtin_cpu_supports("avx2") != 0;
  if (fast) return convolve_avx2(all);
#endif
  convolve_anywhere(all);
}

void Upsampler::reset() {
  std::ranges::fill(work_, 0.0);
  silent_ = true;
}

MicDownsampler::MicDownsampler()
    : taps_(taps_of(FirTable::MicDown3)), work_(taps_.size() - 1, 0.0), next_(work_.size()) {}

void MicDownsampler::process(std::span<const double> input, std::vector<double>& output) {
  work_.insert(work_.end(), input.begin(), input.end());
  for (; next_ < work_.size(); next_ += kDown) {
    double sum = 0;
    for (std::size_t k = 0; k < taps_.size(); ++k) sum += taps_[k] * work_[next_ - k];
    output.push_back(sum);
  }
  const std::size_t used = work_.size() + 1 - taps_.size();  // `next_` lies behind them
  work_.erase(work_.begin(), work_.begin() + static_cast<std::ptrdiff_t>(used));
  next_ -= used;
}

}  // namespace reprise::pcm
