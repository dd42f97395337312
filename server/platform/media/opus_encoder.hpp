#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/types.hpp"

struct OpusEncoder;

namespace reprise::media {

/// Encodes stereo at 48 kHz in packets of 20 ms with libopus. The same input gives the same packets
/// (of one build of libopus). One thread at a time.
class StereoOpusEncoder {
 public:
  static constexpr std::size_t kFrames = 960;  ///< frames in one packet
  /// How much a decoder drops at the start: the look-ahead of libopus, extended to whole
  /// milliseconds, so that a container that counts milliseconds rounds nothing.
  static constexpr std::size_t kPreSkipFrames = 384;
  static constexpr std::int64_t kPreSkipNs = 8'000'000;

  /// Throws std::runtime_error when libopus refuses.
  StereoOpusEncoder();
  ~StereoOpusEncoder();

  /// The packet for the next 20 ms. Decoded packets give the input with a delay of kPreSkipFrames.
  /// `left` and `right` hold kFrames values of −1 … 1. The result is valid until the next call.
  ByteView encode(std::span<const float> left, std::span<const float> right);
  /// The same for 20 ms of zeros. Costs nothing once the encoder has settled.
  ByteView encode_silence();

  /// The OpusHead of RFC 7845 5.1.
  static Bytes head();

 private:
  struct Delete {
    void operator()(OpusEncoder* encoder) const;
  };
  std::unique_ptr<OpusEncoder, Delete> encoder_;
  std::size_t delay_ = 0;     ///< frames added to the look-ahead of libopus
  std::vector<float> input_;  ///< interleaved: the delayed frames, then a block
  Bytes packet_;
  std::size_t packet_bytes_ = 0;  ///< size of the last packet, which is in packet_
  int silent_packets_ = 0;        ///< how many packets of digital silence came last
};

}  // namespace reprise::media
