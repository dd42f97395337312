#include "platform/media/vp9_key.hpp"

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <algorithm>

namespace reprise::media {
namespace {

const std::uint8_t* raw(ByteView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// A decoder that is destroyed at the end of its scope.
class Decoder {
 public:
  Decoder() {
    const vpx_codec_dec_cfg_t config{.threads = 1, .w = 0, .h = 0};
    made_ = vpx_codec_dec_init(&codec_, vpx_codec_vp9_dx(), &config, 0) == VPX_CODEC_OK;
  }
  ~Decoder() {
    if (made_) vpx_codec_destroy(&codec_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// The decoded picture, which lives as long as the decoder; null when there is none.
  const vpx_image_t* decode(ByteView packet) {
    const auto size = static_cast<unsigned>(packet.size());
    if (!made_ || vpx_codec_decode(&codec_, raw(packet), size, nullptr, 0) != VPX_CODEC_OK) {
      return nullptr;
    }
    vpx_codec_iter_t at = nullptr;
    return vpx_codec_get_frame(&codec_, &at);
  }

 private:
  vpx_codec_ctx_t codec_{};
  bool made_ = false;
};

void copy_plane(const vpx_image_t& image, int plane, std::size_t width, std::size_t height,
                std::byte* to) {
  const auto* from = reinterpret_cast<const std::byte*>(image.planes[plane]);
  for (std::size_t row = 0; row < height; ++row) {
    std::copy_n(from, width, to);
    from += image.stride[plane];
    to += width;
  }
}

}  // namespace

std::optional<Vp9KeySize> vp9_key_size(ByteView packet) {
  vpx_codec_stream_info_t info{};
  info.sz = sizeof(info);
  const auto status = vpx_codec_peek_stream_info(vpx_codec_vp9_dx(), raw(packet),
                                                 static_cast<unsigned>(packet.size()), &info);
  if (status != VPX_CODEC_OK || info.is_kf == 0 || info.w == 0 || info.h == 0) return std::nullopt;
  const Vp9KeySize size{.width = info.w, .height = info.h};
  return size.pixels() <= kKeyPixelsMax ? std::optional(size) : std::nullopt;
}

std::optional<DecodedKey> decode_vp9_key(ByteView packet) {
  if (!vp9_key_size(packet)) return std::nullopt;
  Decoder decoder;
  const vpx_image_t* image = decoder.decode(packet);
  if (image == nullptr || image->fmt != VPX_IMG_FMT_I420 || image->d_w == 0 || image->d_h == 0) {
    return std::nullopt;
  }
  DecodedKey decoded{
      .picture = I420(image->d_w, image->d_h),
      .matrix = image->cs == VPX_CS_BT_709 ? ColourMatrix::Bt709 : ColourMatrix::Bt601};
  I420& picture = decoded.picture;
  copy_plane(*image, VPX_PLANE_Y, picture.width, picture.height, picture.y());
  copy_plane(*image, VPX_PLANE_U, picture.chroma_width(), picture.chroma_height(), picture.u());
  copy_plane(*image, VPX_PLANE_V, picture.chroma_width(), picture.chroma_height(), picture.v());
  return decoded;
}

}  // namespace reprise::media
