#include "domain/recording/view/view_row.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "base/base64.hpp"

namespace reprise::recording {
namespace {

constexpr std::int64_t kPeakNs = 1'000'000'000 / kPeaksPerSecond;
constexpr std::int64_t kUnnoticedNs = 50'000'000;
constexpr std::size_t kLevels = 128;
constexpr double kHeights = 15;  ///< largest height in four bits
constexpr std::size_t kMarkBytes = (kRowSeamBars + 7) / 8;

// As the page draws it (web/src/ui/envelope.ts): quiet recordings are drawn larger, and a bar is
// 0.45 of its peak and 0.75 of its mean.
constexpr double kGainMax = 4;
constexpr double kFullQuantile = 0.985;
constexpr std::size_t kQuietLevel = 2;
constexpr double kOfPeak = 0.45;
constexpr double kOfMean = 0.75;

/// The larger side of each pair, 0 … 127.
std::vector<std::uint8_t> levels_of(std::span<const std::int8_t> pairs) {
  std::vector<std::uint8_t> levels(pairs.size() / 2);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const int level = std::max(std::abs(int{pairs[2 * i]}), std::abs(int{pairs[2 * i + 1]}));
    levels[i] = static_cast<std::uint8_t>(std::min(level, static_cast<int>(kLevels) - 1));
  }
  return levels;
}

/// The factor that brings normal speech to full height.
double gain_for(const std::vector<std::uint8_t>& levels) {
  std::array<std::size_t, kLevels> counts{};
  for (const std::uint8_t level : levels) ++counts.at(level);
  std::size_t loud = 0;
  for (std::size_t level = kQuietLevel + 1; level < kLevels; ++level) loud += counts.at(level);
  if (loud == 0) return 1;
  std::size_t full = kQuietLevel;
  for (std::size_t below = 0;
       static_cast<double>(below) <= static_cast<double>(loud) * kFullQuantile &&
       full < kLevels - 1;) {
    below += counts.at(++full);
  }
  return std::clamp(0.95 * (kLevels - 1) / static_cast<double>(full), 1.0, kGainMax);
}

using Heights = std::array<std::uint8_t, kRowSeamBars>;

/// `length` is the number of values of the whole recording.
Heights heights_of(std::span<const std::int8_t> pairs, std::size_t length) {
  const auto levels = levels_of(pairs);
  const double gain = gain_for(levels);
  Heights heights{};
  for (std::size_t bar = 0; bar < kRowSeamBars; ++bar) {
    const std::size_t from = bar * length / kRowSeamBars;
    const std::size_t to =
        std::min(levels.size(), std::max(from + 1, (bar + 1) * length / kRowSeamBars));
    double peak = 0;
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) {
      const double shown = std::min(1.0, levels[i] * gain / (kLevels - 1));
      peak = std::max(peak, shown);
      sum += shown;
    }
    if (to <= from) continue;
    const double height = kOfPeak * peak + kOfMean * sum / static_cast<double>(to - from);
    heights.at(bar) = static_cast<std::uint8_t>(std::lround(std::min(1.0, height) * kHeights));
  }
  return heights;
}

using Marks = std::array<std::uint8_t, kMarkBytes>;

std::size_t bar_at(std::int64_t at_ns, std::int64_t duration_ns) {
  const double place = static_cast<double>(std::clamp<std::int64_t>(at_ns, 0, duration_ns)) /
                       static_cast<double>(duration_ns);
  return std::min(kRowSeamBars - 1, static_cast<std::size_t>(place * kRowSeamBars));
}

void mark(Marks& marks, std::size_t first, std::size_t last) {
  for (std::size_t bar = first; bar <= last; ++bar) {
    marks.at(bar / 8) |= static_cast<std::uint8_t>(0x80U >> (bar % 8));
  }
}

Marks cuts_of(const View& view) {
  Marks marks{};
  for (const Turn& turn : view.turns) {
    if (!turn.interrupted_at_ns) continue;
    const std::size_t bar = bar_at(*turn.interrupted_at_ns, view.duration_ns);
    mark(marks, bar, bar);
  }
  return marks;
}

Marks gaps_of(const ChannelLoss& loss, std::int64_t duration_ns) {
  Marks marks{};
  for (const TimeRange& gap : loss.gaps) {
    if (gap.end_ns - gap.start_ns < kUnnoticedNs) continue;
    mark(marks, bar_at(gap.start_ns, duration_ns), bar_at(gap.end_ns - 1, duration_ns));
  }
  return marks;
}

}  // namespace

std::string row_seam(const View& view) {
  if (view.duration_ns <= 0) return {};
  const auto length = static_cast<std::size_t>((view.duration_ns + kPeakNs - 1) / kPeakNs);
  const Heights person = heights_of(view.peaks.person, length);
  const Heights model = heights_of(view.peaks.model, length);
  Bytes bytes;
  bytes.reserve(kRowSeamBars + 3 * kMarkBytes);
  for (std::size_t bar = 0; bar < kRowSeamBars; ++bar) {
    bytes.push_back(static_cast<std::byte>(person.at(bar) << 4U | model.at(bar)));
  }
  for (const Marks& marks : {cuts_of(view), gaps_of(view.loss.microphone, view.duration_ns),
                             gaps_of(view.loss.model, view.duration_ns)}) {
    for (const std::uint8_t eight : marks) bytes.push_back(static_cast<std::byte>(eight));
  }
  return base64_encode(bytes);
}

std::int64_t missing_ns(const ChannelLoss& loss) {
  std::vector<TimeRange> gaps = loss.gaps;
  std::ranges::sort(gaps, {}, &TimeRange::start_ns);
  std::int64_t sum = 0;
  TimeRange open{.start_ns = 0, .end_ns = 0};
  const auto close = [&] {
    const std::int64_t length = open.end_ns - open.start_ns;
    if (length >= kUnnoticedNs) sum += length;
  };
  for (const TimeRange& gap : gaps) {
    if (gap.start_ns <= open.end_ns) {
      open.end_ns = std::max(open.end_ns, gap.end_ns);
      continue;
    }
    close();
    open = gap;
  }
  close();
  return sum;
}

bool left_out(const Loss& loss) {
  const auto unplaced = [](const ChannelLoss* of) {
    return of->missing > 0 && missing_ns(*of) == 0;
  };
  return std::ranges::any_of(std::array{&loss.microphone, &loss.model, &loss.messages}, unplaced);
}

}  // namespace reprise::recording
