#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::media {

/// All are 16 : 9. A library row shows 128 px wide (twice that on a fine screen), a card and the
/// player more.
inline constexpr std::uint32_t kThumbnailSmallWidth = 320;
inline constexpr std::uint32_t kThumbnailLargeWidth = 640;
inline constexpr std::uint32_t kStripTileWidth = 160;
inline constexpr std::uint32_t kStripTileHeight = 90;
inline constexpr std::uint32_t kStripColumns = 8;
/// What all decoding for one recording may cost: so many pixels, at 12 ns each (measured
/// 2026-11-28), are six seconds of the processor. An hour of 1280 × 720 needs a third of it.
inline constexpr std::int64_t kStillsPixelsMax = std::int64_t{1} << 29;
/// A picture of less mean brightness is dark: a covered lens, a camera that has just opened.
inline constexpr double kDarkBrightness = 0.08;

/// JPEG files; all empty when there was no picture that could be decoded.
struct Stills {
  Bytes thumbnail_small;
  Bytes thumbnail_large;
  Bytes strip;  ///< tiles of kStripTileWidth × kStripTileHeight, row by row, kStripColumns in a row
  std::vector<std::int64_t> strip_times_ns;  ///< of the tiles
};

/// Makes the still pictures of a recording while it is folded, from its key pictures: the first one
/// that is not dark (else the brightest), and a strip over time. Passes everything on. The same
/// packets give the same bytes. Takes at most 1.4 MB of memory between calls. One thread at a time.
class StillsMaker final : public recording::FoldSink {
 public:
  /// `next` outlives it.
  explicit StillsMaker(recording::FoldSink& next);
  ~StillsMaker() override;
  void sound(const recording::SoundBlock& block) override { next_.sound(block); }
  void picture(const recording::Picture& picture) override;
  void hold(std::int64_t at_ns) override { next_.hold(at_ns); }
  /// Once, at the end.
  Stills finish();

 private:
  struct State;
  recording::FoldSink& next_;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::media
