#include "platform/media/stills.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "platform/media/jpeg.hpp"
#include "platform/media/strip_plan.hpp"
#include "platform/media/vp9_key.hpp"

namespace reprise::media {
namespace {

constexpr int kThumbnailLargeQuality = 78;
/// Lists show many of them, each drawn smaller than it is.
constexpr int kThumbnailSmallQuality = 60;
constexpr int kStripQuality = 70;
/// While no picture has been found that is not dark, pictures are examined this often, in addition
/// to those of the strip.
constexpr std::chrono::nanoseconds kLookSpacing = std::chrono::seconds{1};

constexpr std::uint32_t height_of(std::uint32_t width) { return width / 16 * 9; }

void copy_tile(const I420& tile, I420& strip, std::size_t left, std::size_t top) {
  const auto copy = [](const std::byte* from, std::size_t width, std::size_t height, std::byte* to,
                       std::size_t stride) {
    for (std::size_t row = 0; row < height; ++row) {
      std::copy_n(from + row * width, width, to + row * stride);
    }
  };
  const std::size_t corner = top / 2 * strip.chroma_width() + left / 2;
  copy(tile.y(), tile.width, tile.height, strip.y() + top * strip.width + left, strip.width);
  copy(tile.u(), tile.chroma_width(), tile.chroma_height(), strip.u() + corner,
       strip.chroma_width());
  copy(tile.v(), tile.chroma_width(), tile.chroma_height(), strip.v() + corner,
       strip.chroma_width());
}

I420 strip_of(const std::vector<I420>& tiles) {
  const auto columns = std::min<std::size_t>(tiles.size(), kStripColumns);
  const std::size_t rows = (tiles.size() + kStripColumns - 1) / kStripColumns;
  I420 strip(static_cast<std::uint32_t>(columns * kStripTileWidth),
             static_cast<std::uint32_t>(rows * kStripTileHeight));
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    copy_tile(tiles[i], strip, i % kStripColumns * kStripTileWidth,
              i / kStripColumns * kStripTileHeight);
  }
  return strip;
}

}  // namespace

struct StillsMaker::State {
  StripPlan plan;
  std::vector<I420> tiles;
  ColourMatrix matrix = ColourMatrix::Bt601;
  std::int64_t pixels_left = kStillsPixelsMax;
  std::optional<std::int64_t> looked_ns;
  double brightness = -1;  ///< brightness of the thumbnail; −1: there is none yet
  Stills made;

  bool wants(std::int64_t at_ns) const {
    const bool look =
        brightness < kDarkBrightness && (!looked_ns || at_ns >= *looked_ns + kLookSpacing.count());
    return look || plan.wants(at_ns);
  }

  void take(const DecodedKey& key, std::int64_t at_ns) {
    matrix = key.matrix;
    if (brightness < kDarkBrightness) {
      const I420 large =
          scaled_to(key.picture, kThumbnailLargeWidth, height_of(kThumbnailLargeWidth));
      const double found = brightness_of(large);
      if (found > brightness) {
        brightness = found;
        made.thumbnail_large = jpeg_of(large, matrix, kThumbnailLargeQuality);
        made.thumbnail_small =
            jpeg_of(scaled_to(large, kThumbnailSmallWidth, height_of(kThumbnailSmallWidth)), matrix,
                    kThumbnailSmallQuality);
      }
    }
    if (!plan.wants(at_ns)) return;
    if (plan.add(at_ns)) keep_every_second(tiles);
    tiles.push_back(scaled_to(key.picture, kStripTileWidth, kStripTileHeight));
  }
};

StillsMaker::StillsMaker(recording::FoldSink& next)
    : next_(next), state_(std::make_unique<State>()) {}

StillsMaker::~StillsMaker() = default;

void StillsMaker::picture(const recording::Picture& picture) {
  next_.picture(picture);
  State& state = *state_;
  if (!picture.key || !state.wants(picture.at_ns)) return;
  const auto size = vp9_key_size(picture.vp9);
  if (!size || size->pixels() > state.pixels_left) return;
  state.pixels_left -= size->pixels();
  state.looked_ns = picture.at_ns;
  if (const auto key = decode_vp9_key(picture.vp9)) state.take(*key, picture.at_ns);
}

Stills StillsMaker::finish() {
  State& state = *state_;
  if (!state.tiles.empty()) {
    state.made.strip = jpeg_of(strip_of(state.tiles), state.matrix, kStripQuality);
    state.made.strip_times_ns = state.plan.times_ns();
  }
  return std::move(state.made);
}

}  // namespace reprise::media
