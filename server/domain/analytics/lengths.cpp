#include "domain/analytics/lengths.hpp"

#include <algorithm>
#include <cmath>

namespace reprise::analytics {

void Lengths::add(std::span<const std::int32_t> lengths) {
  if (lengths.empty()) return;
  short_ones_.resize(kShortMs);
  const std::size_t had = longer_.size();
  for (const std::int32_t length : lengths) {
    if (length >= kShortMs) {
      longer_.push_back(length);
    } else {
      ++short_ones_[static_cast<std::size_t>(std::max(length, 0))];
    }
  }
  short_count_ += lengths.size() - (longer_.size() - had);
}

void Lengths::add(const Lengths& more) {
  if (!more.short_ones_.empty()) short_ones_.resize(kShortMs);
  for (std::size_t i = 0; i < more.short_ones_.size(); ++i) short_ones_[i] += more.short_ones_[i];
  short_count_ += more.short_count_;
  longer_.insert(longer_.end(), more.longer_.begin(), more.longer_.end());
}

std::vector<std::optional<std::int32_t>> Lengths::quantiles(std::span<const double> shares) const {
  std::vector<std::optional<std::int32_t>> found(shares.size());
  if (size() == 0) return found;
  std::vector<std::int32_t> longer = longer_;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::size_t place = place_of(shares[i], size());
    if (place >= short_count_) {
      const auto at = longer.begin() + static_cast<std::ptrdiff_t>(place - short_count_);
      std::ranges::nth_element(longer, at);
      found[i] = *at;
      continue;
    }
    std::size_t passed = 0;
    std::size_t length = 0;
    while (passed + short_ones_[length] <= place) passed += short_ones_[length++];
    found[i] = static_cast<std::int32_t>(length);
  }
  return found;
}

std::vector<Bar> Lengths::bars(std::int32_t width_ms) const {
  std::vector<Bar> bars(kBars);
  for (std::size_t i = 0; i < kBars; ++i) {
    bars[i].from_ms = static_cast<std::int32_t>(i) * width_ms;
    if (i + 1 < kBars) bars[i].before_ms = bars[i].from_ms + width_ms;
  }
  const auto bar_of = [&](std::int32_t length) -> Bar& {
    return bars[std::min(static_cast<std::size_t>(length / width_ms), kBars - 1)];
  };
  for (std::size_t length = 0; length < short_ones_.size(); ++length) {
    if (short_ones_[length] == 0) continue;
    bar_of(static_cast<std::int32_t>(length)).count += short_ones_[length];
  }
  for (const std::int32_t length : longer_) ++bar_of(length).count;
  return bars;
}

std::vector<std::int32_t> Lengths::sorted() const {
  std::vector<std::int32_t> all;
  all.reserve(size());
  for (std::size_t length = 0; length < short_ones_.size(); ++length) {
    all.insert(all.end(), short_ones_[length], static_cast<std::int32_t>(length));
  }
  all.insert(all.end(), longer_.begin(), longer_.end());
  std::ranges::sort(all.begin() + static_cast<std::ptrdiff_t>(short_count_), all.end());
  return all;
}

std::size_t place_of(double share, std::size_t count) {
  const auto rank = static_cast<std::ptrdiff_t>(
      std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count)));
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(rank - 1, 0));
}

}  // namespace reprise::analytics
