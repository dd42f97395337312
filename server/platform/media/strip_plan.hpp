#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace reprise::media {

/// Pictures of a strip: enough that none stands for more than a sixty-fourth of the recording.
inline constexpr std::size_t kStripTilesMax = 64;
/// The time between two of them at first; the browser sends a key picture at least this often.
inline constexpr std::chrono::nanoseconds kStripSpacing = std::chrono::seconds{2};
/// A picture may come this much sooner: the browser's do not come to the millisecond.
inline constexpr std::chrono::nanoseconds kStripSlack = std::chrono::milliseconds{500};

/// Which pictures make a strip over a recording whose length nobody knows yet: at first all that
/// are kStripSpacing apart; when there are too many every second one goes, and the spacing doubles.
/// So an hour looks at about 220 pictures, and each further one at fewer. Pure.
class StripPlan {
 public:
  /// Whether the picture at this time belongs into the strip. Times do not fall.
  bool wants(std::int64_t at_ns) const { return times_ns_.empty() || at_ns >= next_ns_; }
  /// It is in the strip now. Returns whether every second one went before it (the first one stays).
  bool add(std::int64_t at_ns);
  const std::vector<std::int64_t>& times_ns() const { return times_ns_; }

 private:
  std::vector<std::int64_t> times_ns_;
  std::int64_t spacing_ns_ = kStripSpacing.count();
  std::int64_t next_ns_ = 0;
};

/// Removes every second element, the first one stays.
template <class Item>
void keep_every_second(std::vector<Item>& items) {
  for (std::size_t i = 1; 2 * i < items.size(); ++i) items[i] = std::move(items[2 * i]);
  items.erase(items.begin() + static_cast<std::ptrdiff_t>((items.size() + 1) / 2), items.end());
}

}  // namespace reprise::media
