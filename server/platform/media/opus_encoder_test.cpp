#include "platform/media/opus_encoder.hpp"

#include <gtest/gtest.h>
#include <opus/opus.h>

#include <array>
#include <cmath>

namespace reprise::media {
namespace {

constexpr std::size_t kFrames = StereoOpusEncoder::kFrames;
using Side = std::array<float, kFrames>;

Side tone(int block, double radians_per_frame) {
  Side side{};
  for (std::size_t n = 0; n < kFrames; ++n) {
    const double frame = static_cast<double>(block) * kFrames + static_cast<double>(n);
    side[n] = static_cast<float>(0.4 * std::sin(radians_per_frame * frame));
  }
  return side;
}

class Decoder {
 public:
  Decoder() : decoder_(opus_decoder_create(48'000, 2, nullptr)) {}
  ~Decoder() { opus_decoder_destroy(decoder_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  /// Appends interleaved frames.
  void decode(ByteView packet, std::vector<float>& out) {
    std::array<float, 2 * kFrames> block{};
    const int frames =
        opus_decode_float(decoder_, reinterpret_cast<const unsigned char*>(packet.data()),
                          static_cast<opus_int32>(packet.size()), block.data(), kFrames, 0);
    ASSERT_EQ(frames, static_cast<int>(kFrames));
    out.insert(out.end(), block.begin(), block.end());
  }

 private:
  OpusDecoder* decoder_;
};

TEST(StereoOpusEncoder, HeadIsThatOfRfc7845) {
  const Bytes head = StereoOpusEncoder::head();
  EXPECT_EQ(as_text(head), std::string_view("OpusHead\1\2\x80\1\x80\xbb\0\0\0\0\0", 19));
}

// Ten seconds of silence in the middle, once by the encoder itself and once the quick way: the
// sound after it is equally close to the original.
TEST(StereoOpusEncoder, RepeatedSilenceLeavesTheDecoderAsEncodedSilenceDoes) {
  constexpr int kResume = 550;
  std::array<double, 2> error{};
  for (const bool quick : {false, true}) {
    StereoOpusEncoder encoder;
    Decoder decoder;
    std::vector<float> sent;
    std::vector<float> decoded;
    for (int block = 0; block < 600; ++block) {
      const bool speaks = block < 50 || block >= kResume;
      const Side left = speaks ? tone(block, 0.06) : Side{};
      sent.insert(sent.end(), left.begin(), left.end());
      const ByteView packet =
          quick && !speaks ? encoder.encode_silence() : encoder.encode(left, left);
      decoder.decode(packet, decoded);
    }
    for (std::size_t n = kResume * kFrames; n < 599 * kFrames; ++n) {
      const float got = decoded[2 * (n + StereoOpusEncoder::kPreSkipFrames)];
      error[quick ? 1 : 0] += std::pow(got - sent[n], 2);
    }
    EXPECT_NEAR(decoded[std::size_t{2} * 300 * kFrames], 0, 1e-6);
  }
  EXPECT_LT(error[1], 1.1 * error[0]);
}

/// One side speaks: where its sound comes out.
class OneSide : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sides, OneSide, testing::Values(0, 1), [](const auto& tested) {
  return tested.param == 0 ? std::string("Left") : std::string("Right");
});

TEST_P(OneSide, ComesOutAfterThePreSkip) {
  StereoOpusEncoder encoder;
  Decoder decoder;
  std::vector<float> decoded;
  std::vector<float> sent;
  for (int block = 0; block < 30; ++block) {
    const Side side = tone(block, 0.06 + 0.0001 * block);
    sent.insert(sent.end(), side.begin(), side.end());
    decoder.decode(GetParam() == 0 ? encoder.encode(side, Side{}) : encoder.encode(Side{}, side),
                   decoded);
  }
  const auto difference_at = [&](std::size_t shift) {
    double sum = 0;
    for (std::size_t n = 20 * kFrames; n < 22 * kFrames; ++n) {
      const double difference = decoded[2 * (n + shift) + GetParam()] - sent[n];
      sum += difference * difference;
    }
    return sum;
  };
  std::size_t best = 0;
  for (std::size_t shift = 1; shift < kFrames; ++shift) {
    if (difference_at(shift) < difference_at(best)) best = shift;
  }
  EXPECT_EQ(best, StereoOpusEncoder::kPreSkipFrames);
  double energy = 0;
  for (std::size_t n = 20 * kFrames; n < 22 * kFrames; ++n) energy += sent[n] * sent[n];
  EXPECT_LT(difference_at(best), 0.05 * energy);
}

}  // namespace
}  // namespace reprise::media
