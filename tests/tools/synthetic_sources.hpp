#pragma once

// What the synthetic recording's microphone, model and camera deliver.

#include <cstdint>
#include <vector>

#include "base/types.hpp"

namespace reprise::synthetic {

/// A loop of a sound that varies like speech: harmonics with syllables. `pitch` in Hz.
std::vector<std::int16_t> make_voice(int sample_rate, int seconds, double pitch);

struct CameraPicture {
  bool key;
  Bytes vp9;
};
inline constexpr std::uint32_t kCameraWidth = 320;
inline constexpr std::uint32_t kCameraHeight = 240;
inline constexpr std::int64_t kCameraRate = 15;
inline constexpr std::size_t kPicturesPerKey = 30;

/// Four seconds of a moving bar. One of each kPicturesPerKey pictures is a key picture.
std::vector<CameraPicture> make_camera_loop();

/// One JPEG in the camera's size.
Bytes make_jpeg();

}  // namespace reprise::synthetic
