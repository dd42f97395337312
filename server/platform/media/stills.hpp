#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::media {

/// All pictures are 16 : 9. A library row shows 128 px of width (twice that on a fine screen), a
/// card and the player show more.
inline constexpr std::uint32_t kThumbnailSmallWidth = 320;
inline constexpr std::uint32_t kThumbnailLargeWidth = 640;
inline constexpr std::uint32_t kStripTileWidth = 160;
inline constexpr std::uint32_t kStripTileHeight = 90;
inline constexpr std::uint32_t kStripColumns = 8;
/// The limit for all decoding of one recording: at 12 ns a pixel (measured 2026-11-28) it is six
/// seconds of the processor. An hour of 1280 × 720 needs a third of it.
inline constexpr std::int64_t kStillsPixelsMax = std::int64_t{1} << 29;
/// A picture with less mean brightness counts as dark: a covered lens, or a camera that has just
/// opened.
inline constexpr double kDarkBrightness = 0.08;

/// JPEG files. All are empty when no picture could be decoded.
struct Stills {
  Bytes thumbnail_small;
  Bytes thumbnail_large;
  Bytes strip;  ///< tiles of kStripTileWidth × kStripTileHeight, row by row, kStripColumns in a row
  std::vector<std::int64_t> strip_times_ns;  ///< time of each tile
};

/// Makes the still pictures of a recording while it is folded, from its key pictures: a thumbnail
/// of the first picture that is not dark (or of the brightest one), and a strip over time. Passes
/// everything on to `next`. The same packets give the same bytes. Holds at most 1.4 MB between
/// calls. One thread at a time.
class StillsMaker final : public recording::FoldSink {
 public:
  /// `next` outlives it.
  explicit StillsMaker(recording::FoldSink& next);
  ~StillsMaker() override;
  void sound(const recording::SoundBlock& block) override { next_.sound(block); }
  void picture(const recording::Picture& picture) override;
  void hold(std::int64_t at_ns) override { next_.hold(at_ns); }
  /// Call it once, at the end.
  Stills finish();

 private:
  struct State;
  recording::FoldSink& next_;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::media
