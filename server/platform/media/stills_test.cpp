#include "platform/media/stills.hpp"

#include <gmock/gmock.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/media/jpeg.hpp"
#include "platform/media/vp9.hpp"
#include "platform/media/vp9_key.hpp"

extern "C" {
#include <jpeglib.h>
}

namespace reprise::media {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Decoded {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<JSAMPLE> rgb;
  std::array<int, 3> at(std::uint32_t x, std::uint32_t y) const {
    const std::size_t i = (std::size_t{y} * width + x) * 3;
    return {rgb.at(i), rgb.at(i + 1), rgb.at(i + 2)};
  }
};

/// Reads the JPEG back, as another program would.
Decoded decode(const Bytes& jpeg) {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
  jpeg_read_header(&info, TRUE);
  jpeg_start_decompress(&info);
  Decoded picture{.width = info.output_width, .height = info.output_height, .rgb = {}};
  picture.rgb.resize(std::size_t{picture.width} * picture.height * 3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = picture.rgb.data() + std::size_t{info.output_scanline} * picture.width * 3;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return picture;
}

void fill(I420& picture, int luma, int cb, int cr) {
  const auto pixels = static_cast<std::ptrdiff_t>(std::size_t{picture.width} * picture.height);
  const auto chroma = static_cast<std::ptrdiff_t>(picture.chroma_width() * picture.chroma_height());
  std::fill_n(picture.y(), pixels, static_cast<std::byte>(luma));
  std::fill_n(picture.u(), chroma, static_cast<std::byte>(cb));
  std::fill_n(picture.v(), chroma, static_cast<std::byte>(cr));
}

/// A picture that has one brightness everywhere.
I420 grey(std::uint32_t width, std::uint32_t height, int luma) {
  I420 picture(width, height);
  fill(picture, luma, 128, 128);
  return picture;
}

Bytes key_of(I420 picture) {
  Vp9Encoder encoder(picture.width, picture.height, 1'000'000, 15);
  return encoder.encode(picture, Vp9Encoder::Kind::Key);
}

/// Counts what is passed on.
class Counting final : public recording::FoldSink {
 public:
  void sound(const recording::SoundBlock& /*block*/) override { ++sounds; }
  void picture(const recording::Picture& /*picture*/) override { ++pictures; }
  void hold(std::int64_t /*at_ns*/) override { ++holds; }
  int sounds = 0;
  int pictures = 0;
  int holds = 0;
};

void show(StillsMaker& maker, std::int64_t at_ns, const Bytes& packet, bool key = true) {
  maker.picture({.at_ns = at_ns, .key = key, .width = 320, .height = 180, .vp9 = packet});
}

MATCHER_P2(IsNear, want, by, "") {
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (std::abs(arg[i] - want[i]) > by) return false;
  }
  return true;
}
constexpr std::array kWhite{255, 255, 255};

TEST(Stills, AreOfTwoSizesAndAStrip) {
  Counting next;
  StillsMaker maker(next);
  const Bytes white = key_of(grey(640, 360, 235));
  const Bytes middle = key_of(grey(640, 360, 126));
  show(maker, 0, white);
  show(maker, 2 * kSecond, middle);
  maker.hold(4 * kSecond);
  maker.sound({});
  EXPECT_EQ(next.pictures, 2);
  EXPECT_EQ(next.holds, 1);
  EXPECT_EQ(next.sounds, 1);

  const Stills stills = maker.finish();
  const Decoded small = decode(stills.thumbnail_small);
  EXPECT_EQ(small.width, kThumbnailSmallWidth);
  EXPECT_EQ(small.height, 180U);
  EXPECT_THAT(small.at(160, 90), IsNear(kWhite, 6));
  const Decoded large = decode(stills.thumbnail_large);
  EXPECT_EQ(large.width, kThumbnailLargeWidth);
  EXPECT_EQ(large.height, 360U);
  EXPECT_THAT(stills.strip_times_ns, testing::ElementsAre(0, 2 * kSecond));
  const Decoded strip = decode(stills.strip);
  EXPECT_EQ(strip.width, 2 * kStripTileWidth);
  EXPECT_EQ(strip.height, kStripTileHeight);
  EXPECT_THAT(strip.at(80, 45), IsNear(kWhite, 6));
  EXPECT_THAT(strip.at(240, 45), IsNear(std::array{128, 128, 128}, 6));
}

TEST(Stills, ShowTheFirstPictureThatIsNotDark) {
  Counting next;
  StillsMaker maker(next);
  const Bytes black = key_of(grey(320, 180, 16));
  const Bytes white = key_of(grey(320, 180, 235));
  show(maker, 0, black);
  show(maker, kSecond, white);
  show(maker, 3 * kSecond, black);
  EXPECT_THAT(decode(maker.finish().thumbnail_small).at(160, 90), IsNear(kWhite, 6));
}

TEST(Stills, OfADarkRoomShowItsBrightestPicture) {
  Counting next;
  StillsMaker maker(next);
  show(maker, 0, key_of(grey(320, 180, 16)));
  show(maker, 2 * kSecond, key_of(grey(320, 180, 30)));
  show(maker, 4 * kSecond, key_of(grey(320, 180, 20)));
  EXPECT_THAT(decode(maker.finish().thumbnail_small).at(10, 10), IsNear(std::array{16, 16, 16}, 4));
}

TEST(Stills, CutAPictureOfAnotherShapeToItsMiddle) {
  I420 tall(180, 320);
  fill(tall, 235, 128, 128);
  for (const std::size_t row : {std::size_t{0}, std::size_t{319}}) {
    std::fill_n(tall.y() + row * 180, 180, std::byte{16});
  }
  const I420 wide = scaled_to(tall, 64, 36);
  EXPECT_NEAR(brightness_of(wide), 1.0, 0.001);
  const I420 same = scaled_to(grey(64, 36, 100), 64, 36);
  EXPECT_EQ(same.planes, grey(64, 36, 100).planes);
  const I420 larger = scaled_to(grey(7, 5, 90), 64, 36);
  EXPECT_EQ(larger.planes, grey(64, 36, 90).planes);
}

TEST(Stills, HaveTheColoursOfThePicture) {
  I420 picture(64, 36);
  fill(picture, 81, 90, 240);  // pure red in BT.601
  EXPECT_THAT(decode(jpeg_of(picture, ColourMatrix::Bt601, 90)).at(30, 20),
              IsNear(std::array{255, 0, 0}, 6));
  fill(picture, 63, 102, 240);  // pure red in BT.709
  EXPECT_THAT(decode(jpeg_of(picture, ColourMatrix::Bt709, 90)).at(30, 20),
              IsNear(std::array{255, 0, 0}, 6));
}

TEST(Stills, RoundTheBrightnessOfThePicture) {
  const std::array<std::array<int, 2>, 5> cases{
      {{16, 0}, {17, 1}, {100, 98}, {126, 128}, {235, 255}}};
  for (const auto& [luma, want] : cases) {
    EXPECT_THAT(decode(jpeg_of(grey(64, 36, luma), ColourMatrix::Bt601, 100)).at(30, 20),
                testing::ElementsAre(want, want, want));
  }
}

TEST(Stills, ShowTheUpperHalfAboveTheLower) {
  Counting next;
  StillsMaker maker(next);
  I420 picture(320, 180);
  fill(picture, 41, 240, 110);  // blue
  std::fill_n(picture.y(), 320 * 90, std::byte{81});
  std::fill_n(picture.u(), 160 * 45, std::byte{90});
  std::fill_n(picture.v(), 160 * 45, std::byte{240});
  show(maker, 0, key_of(picture));
  const Stills stills = maker.finish();
  const Decoded strip = decode(stills.strip);
  EXPECT_THAT(strip.at(80, 20), IsNear(std::array{255, 0, 0}, 12));
  EXPECT_THAT(strip.at(80, 70), IsNear(std::array{0, 0, 255}, 12));
  const Decoded large = decode(stills.thumbnail_large);
  EXPECT_THAT(large.at(600, 90), IsNear(std::array{255, 0, 0}, 12));
  EXPECT_THAT(large.at(600, 270), IsNear(std::array{0, 0, 255}, 12));
}

TEST(Stills, AFullRowOfTheStripHasNoEmptyOneBelow) {
  Counting next;
  StillsMaker maker(next);
  const Bytes white = key_of(grey(32, 18, 235));
  for (std::int64_t i = 0; i < kStripColumns; ++i) show(maker, i * 2 * kSecond, white);
  EXPECT_EQ(decode(maker.finish().strip).height, kStripTileHeight);
}

TEST(Stills, OfADarkStartAreLookedForOnceASecond) {
  Counting next;
  StillsMaker maker(next);
  show(maker, 0, key_of(grey(320, 180, 16)));
  show(maker, kSecond - 1, key_of(grey(320, 180, 235)));
  EXPECT_THAT(decode(maker.finish().thumbnail_small).at(10, 10), IsNear(std::array{0, 0, 0}, 6));
}

TEST(Stills, OfEquallyDarkPicturesShowTheFirst) {
  Counting next;
  StillsMaker maker(next);
  I420 picture(320, 180);
  fill(picture, 10, 110, 240);  // dark red, blacker than black
  show(maker, 0, key_of(picture));
  fill(picture, 10, 240, 110);
  show(maker, 2 * kSecond, key_of(picture));
  const auto colour = decode(maker.finish().thumbnail_small).at(160, 90);
  EXPECT_GT(colour[0], 100);
  EXPECT_LT(colour[2], 50);
}

/// The beginning of a VP9 key picture of that size (VP9 bitstream specification 7.2). Its chroma is
/// one that its profile does not have, so a decoder goes no further.
Bytes head_of(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint64_t kBt601With420 = 0b0010110;
  const std::uint64_t bits =
      kBt601With420 << 33 | std::uint64_t{width - 1} << 17 | std::uint64_t{height - 1} << 1;
  Bytes packet{std::byte{0xA2}, std::byte{0x49}, std::byte{0x83}, std::byte{0x42}};
  for (int shift = 32; shift >= 0; shift -= 8) {
    packet.push_back(static_cast<std::byte>(bits >> shift));
  }
  packet.resize(64);
  return packet;
}

TEST(Stills, AreMadeUntilTheirPixelsAreUsedUp) {
  Counting next;
  StillsMaker maker(next);
  ASSERT_EQ(vp9_key_size(head_of(4096, 2047))->pixels(), 4096 * 2047);
  constexpr std::int64_t kLarge = std::int64_t{4096} * 2048;
  for (std::int64_t left = kStillsPixelsMax; left > kLarge; left -= kLarge) {
    show(maker, 0, head_of(4096, 2048));
  }
  show(maker, 0, head_of(4096, 2047));
  show(maker, 0, head_of(64, 32));
  const Bytes white = key_of(grey(64, 32, 235));
  show(maker, 0, white);  // as many pixels as are left
  show(maker, 2 * kSecond, white);
  EXPECT_THAT(maker.finish().strip_times_ns, testing::ElementsAre(0));
}

TEST(Stills, TheStripHasEachPictureInItsPlaceAndItsColours) {
  Counting next;
  StillsMaker maker(next);
  I420 red(320, 180);
  fill(red, 81, 90, 240);
  I420 blue(320, 180);
  fill(blue, 41, 240, 110);
  const std::array pictures{key_of(red), key_of(blue), key_of(grey(320, 180, 126))};
  const std::array<std::array<int, 3>, 3> colours{{{255, 0, 0}, {0, 0, 255}, {128, 128, 128}}};
  constexpr std::uint32_t kPictures = kStripColumns + 3;
  for (std::uint32_t i = 0; i < kPictures; ++i) {
    show(maker, i * 2 * kSecond, pictures.at(i % 3));
  }
  const Decoded strip = decode(maker.finish().strip);
  ASSERT_EQ(strip.height, 2 * kStripTileHeight);
  for (std::uint32_t i = 0; i < kPictures; ++i) {
    const std::uint32_t x = i % kStripColumns * kStripTileWidth + kStripTileWidth / 2;
    const std::uint32_t y = i / kStripColumns * kStripTileHeight + kStripTileHeight / 2;
    EXPECT_THAT(strip.at(x, y), IsNear(colours.at(i % 3), 12)) << "tile " << i;
  }
}

TEST(Stills, AreNoneWithoutAPictureThatCanBeDecoded) {
  Counting next;
  StillsMaker maker(next);
  const Bytes good = key_of(grey(320, 180, 200));
  show(maker, 0, {});
  show(maker, 0, Bytes(100, std::byte{0x82}));
  show(maker, 0, Bytes(good.begin(), good.begin() + 12));
  show(maker, 0, good, false);  // not marked as a key picture
  maker.hold(0);
  const Stills stills = maker.finish();
  EXPECT_TRUE(stills.thumbnail_small.empty());
  EXPECT_TRUE(stills.thumbnail_large.empty());
  EXPECT_TRUE(stills.strip.empty());
  EXPECT_TRUE(stills.strip_times_ns.empty());
}

TEST(Stills, OfThousandsOfPicturesAreOfBoundedNumber) {
  Counting next;
  StillsMaker maker(next);
  const Bytes packet = key_of(grey(32, 18, 200));
  for (int i = 0; i < 3000; ++i) show(maker, i * kSecond / 2, packet);
  const Stills stills = maker.finish();
  EXPECT_LE(stills.strip_times_ns.size(), 64U);
  const Decoded strip = decode(stills.strip);
  EXPECT_EQ(strip.width, kStripColumns * kStripTileWidth);
  EXPECT_LE(strip.height, 8 * kStripTileHeight);
}

TEST(Stills, OfTheSamePacketsAreTheSameBytes) {
  const Bytes packet = key_of(grey(320, 180, 150));
  std::vector<Bytes> files;
  for (int round = 0; round < 2; ++round) {
    Counting next;
    StillsMaker maker(next);
    show(maker, 0, packet);
    Stills stills = maker.finish();
    files.push_back(std::move(stills.thumbnail_large));
    files.push_back(std::move(stills.strip));
  }
  EXPECT_EQ(files[0], files[2]);
  EXPECT_EQ(files[1], files[3]);
}

TEST(Vp9Encoder, MakesAKeyPictureWhereItIsAskedFor) {
  using Kind = Vp9Encoder::Kind;
  Vp9Encoder encoder(64, 36, 100'000, 15);
  I420 picture = grey(64, 36, 100);
  std::vector<bool> keys;
  for (const Kind kind : {Kind::Any, Kind::Any, Kind::Key, Kind::Any}) {
    keys.push_back(vp9_key_size(encoder.encode(picture, kind)).has_value());
  }
  EXPECT_THAT(keys, testing::ElementsAre(true, false, true, false));
}

/// A key picture with as much chroma as luma, which browsers do not send.
Bytes key_of_444() {
  vpx_codec_enc_cfg_t config;
  vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0);
  config.g_w = config.g_h = 64;
  config.g_profile = 1;
  config.g_lag_in_frames = 0;
  vpx_codec_ctx_t codec{};
  EXPECT_EQ(vpx_codec_enc_init(&codec, vpx_codec_vp9_cx(), &config, 0), VPX_CODEC_OK);
  vpx_image_t* image = vpx_img_alloc(nullptr, VPX_IMG_FMT_I444, 64, 64, 1);
  std::memset(image->img_data, 100, std::size_t{3} * 64 * 64);
  EXPECT_EQ(vpx_codec_encode(&codec, image, 0, 1, 0, VPX_DL_REALTIME), VPX_CODEC_OK);
  vpx_codec_iter_t at = nullptr;
  const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec, &at);
  const auto* data = static_cast<const std::byte*>(packet->data.frame.buf);
  Bytes key(data, data + packet->data.frame.sz);
  vpx_img_free(image);
  vpx_codec_destroy(&codec);
  return key;
}

TEST(Vp9Key, IsNotDecodedWhenItsFormatIsAnother) {
  const Bytes key = key_of_444();
  EXPECT_TRUE(vp9_key_size(key).has_value());
  EXPECT_FALSE(decode_vp9_key(key).has_value());
}

TEST(Vp9Key, IsNotDecodedWhenTooLarge) {
  EXPECT_TRUE(vp9_key_size(key_of(grey(4096, 2304, 100))).has_value());
  EXPECT_FALSE(vp9_key_size(key_of(grey(4096, 2306, 100))).has_value());
  EXPECT_FALSE(decode_vp9_key(key_of(grey(4096, 2306, 100))).has_value());
}

}  // namespace
}  // namespace reprise::media
