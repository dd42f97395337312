#include "platform/media/vp9.hpp"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace reprise::media {
namespace {

constexpr std::byte kBlackLuma{16};  ///< of the limited range, BT.601 and BT.709
constexpr std::byte kNoChroma{128};
constexpr int kSpeed = 8;  ///< `cpu-used`: the fastest of the real-time settings

void check(vpx_codec_err_t code, const char* what) {
  if (code != VPX_CODEC_OK) {
    throw std::runtime_error(std::string{"libvpx: "} + what + ": " + vpx_codec_err_to_string(code));
  }
}

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

}  // namespace

I420::I420(std::uint32_t w, std::uint32_t h)
    : width(w), height(h), planes(std::size_t{w} * h, kBlackLuma) {
  planes.resize(planes.size() + 2 * chroma_width() * chroma_height(), kNoChroma);
}

void Vp9Encoder::Delete::operator()(vpx_codec_ctx* codec) const {
  vpx_codec_destroy(codec);
  delete codec;
}

Vp9Encoder::Vp9Encoder(std::uint32_t width, std::uint32_t height, int bits_per_second,
                       int frames_per_second) {
  vpx_codec_enc_cfg_t config;
  check(vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0), "defaults");
  config.g_w = width;
  config.g_h = height;
  config.g_timebase = {1, frames_per_second};
  config.g_threads = 1;
  config.g_lag_in_frames = 0;  // one packet out for each picture in
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = static_cast<unsigned>(bits_per_second / 1000);
  config.kf_mode = VPX_KF_DISABLED;  // only where the caller asks for one
  auto codec = std::make_unique<vpx_codec_ctx>();
  check(vpx_codec_enc_init(codec.get(), vpx_codec_vp9_cx(), &config, 0), "create");
  codec_.reset(codec.release());
  check(vpx_codec_control(codec_.get(), VP8E_SET_CPUUSED, kSpeed), "speed");
}

Vp9Encoder::~Vp9Encoder() = default;

Bytes Vp9Encoder::encode(I420& picture, Kind kind) {
  vpx_image_t image;
  vpx_img_wrap(&image, VPX_IMG_FMT_I420, picture.width, picture.height, 1, raw(picture.y()));
  image.planes[VPX_PLANE_U] = raw(picture.u());
  image.planes[VPX_PLANE_V] = raw(picture.v());
  image.stride[VPX_PLANE_Y] = static_cast<int>(picture.width);
  image.stride[VPX_PLANE_U] = image.stride[VPX_PLANE_V] = static_cast<int>(picture.chroma_width());
  const vpx_enc_frame_flags_t flags = kind == Kind::Key ? VPX_EFLAG_FORCE_KF : 0;
  check(vpx_codec_encode(codec_.get(), &image, next_++, 1, flags, VPX_DL_REALTIME), "encode");
  Bytes out;
  vpx_codec_iter_t at = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(codec_.get(), &at)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    const auto* const data = static_cast<const std::byte*>(packet->data.frame.buf);
    out.insert(out.end(), data, data + packet->data.frame.sz);
  }
  return out;
}

}  // namespace reprise::media
