#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reprise::media {

/// The most pictures in a strip: then none stands for more than a thirty-second of the recording.
inline constexpr std::size_t kStripTilesMax = 64;
/// The spacing of pictures at first. The browser sends a key picture at least this often.
inline constexpr std::chrono::nanoseconds kStripSpacing = std::chrono::seconds{2};
/// A picture may come this much earlier, since the browser's pictures are not exact to the
/// millisecond.
inline constexpr std::chrono::nanoseconds kStripSlack = std::chrono::milliseconds{500};

/// Chooses the pictures of a strip over a recording whose length is not known yet. At first it
/// takes pictures that are kStripSpacing apart; when there are too many, every second one is
/// removed and the spacing doubles. An hour needs about 220 pictures, each further hour fewer.
/// Pure.
class StripPlan {
 public:
  /// Whether the picture at this time belongs in the strip. Times must not fall.
  bool wants(std::int64_t at_ns) const { return times_ns_.empty() || at_ns >= next_ns_; }
  /// Notes that the picture is in the strip. True: every second picture was removed before it (the
  /// first one stays).
  bool add(std::int64_t at_ns);
  const std::vector<std::int64_t>& times_ns() const { return times_ns_; }

 private:
  std::vector<std::int64_t> times_ns_;
  std::int64_t spacing_ns_ = kStripSpacing.count();
  std::int64_t next_ns_ = 0;
};

/// Removes every second element; the first one stays.
template <class Item>
void keep_every_second(std::vector<Item>& items) {
  for (std::size_t i = 1; 2 * i < items.size(); ++i) items[i] = std::move(items[2 * i]);
  items.erase(items.begin() + static_cast<std::ptrdiff_t>((items.size() + 1) / 2), items.end());
}

}  // namespace reprise::media
