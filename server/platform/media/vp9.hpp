#pragma once

#include <cstdint>
#include <memory>

#include "base/types.hpp"

struct vpx_codec_ctx;

namespace reprise::media {

/// One picture, 8-bit 4:2:0: the planes Y, U, V without padding. Odd sizes round the chroma up.
struct I420 {
  I420(std::uint32_t width, std::uint32_t height);  ///< black
  std::uint32_t width;
  std::uint32_t height;
  Bytes planes;
  std::size_t chroma_width() const { return (width + 1) / 2; }
  std::size_t chroma_height() const { return (height + 1) / 2; }
  std::byte* y() { return planes.data(); }
  std::byte* u() { return y() + std::size_t{width} * height; }
  std::byte* v() { return u() + chroma_width() * chroma_height(); }
  const std::byte* y() const { return planes.data(); }
  const std::byte* u() const { return y() + std::size_t{width} * height; }
  const std::byte* v() const { return u() + chroma_width() * chroma_height(); }
};

/// Encodes VP9 profile 0 with real-time settings on one thread: the same pictures give the same
/// packets. Used to make test recordings; camera pictures are never encoded on the server.
class Vp9Encoder {
 public:
  static constexpr std::uint32_t kSideMax = 4096;

  /// Sides of 1 … kSideMax. Throws std::runtime_error when libvpx refuses.
  Vp9Encoder(std::uint32_t width, std::uint32_t height, int bits_per_second, int frames_per_second);
  ~Vp9Encoder();

  enum class Kind { Any, Key };
  /// One packet per picture. The size of `picture` is that of the encoder.
  Bytes encode(I420& picture, Kind kind);

 private:
  struct Delete {
    void operator()(vpx_codec_ctx* codec) const;
  };
  std::unique_ptr<vpx_codec_ctx, Delete> codec_;
  std::int64_t next_ = 0;
};

}  // namespace reprise::media
