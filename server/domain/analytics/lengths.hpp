#pragma once

// Lengths in milliseconds whose distribution matters (docs/metrics.md). Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace reprise::analytics {

/// A bar of a histogram: how many lengths lie in [from, before).
struct Bar {
  std::int32_t from_ms = 0;
  std::optional<std::int32_t> before_ms;  ///< empty: the last bar has no end
  std::int64_t count = 0;
  friend bool operator==(const Bar&, const Bar&) = default;
};
/// All bars are equally wide, so that their heights can be compared; the last one has no end.
inline constexpr std::size_t kBars = 41;

/// Many lengths of which only matters how often each is there. As exact as a list of them, and
/// much quicker to add up and to put in order: short ones are counted one by one.
class Lengths {
 public:
  Lengths() = default;
  explicit Lengths(std::span<const std::int32_t> lengths) { add(lengths); }
  void add(std::span<const std::int32_t> lengths);
  void add(const Lengths& more);
  std::size_t size() const { return short_count_ + longer_.size(); }
  /// For each share (0 … 1) the smallest length that is at least as long as so many of all; empty
  /// without any.
  std::vector<std::optional<std::int32_t>> quantiles(std::span<const double> shares) const;
  /// All bars, also the empty ones.
  std::vector<Bar> bars(std::int32_t width_ms) const;
  /// All of them, the shortest first.
  std::vector<std::int32_t> sorted() const;

 private:
  /// Those shorter than this are counted.
  static constexpr std::int32_t kShortMs = 16'384;

  std::vector<std::uint32_t> short_ones_;  // how many there are of each length, or empty
  std::size_t short_count_ = 0;
  std::vector<std::int32_t> longer_;
};

/// Where the value for a share stands in the order of so many, from 0 on; 0 without any.
std::size_t place_of(double share, std::size_t count);

}  // namespace reprise::analytics
