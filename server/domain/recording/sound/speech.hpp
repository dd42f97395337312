#pragma once

// Where the person spoke, from the energy of the microphone (docs/formats/recording.md 5.4).

#include <cstdint>
#include <optional>
#include <vector>

namespace reprise::recording {

/// One value each 10 ms is louder than the noise by this much …
inline constexpr double kSpeechAboveNoiseDb = 10;
/// … and louder than this, or it is not speech.
inline constexpr double kSpeechDbfsMin = -55;
/// Speech begins when this many of the last kOnsetWindow values are loud, and with the first of
/// them.
inline constexpr int kOnsetCount = 4;
inline constexpr int kOnsetWindow = 6;
/// It ends with the last loud value before this many quiet ones (400 ms).
inline constexpr int kSpeechPauseHops = 40;

/// Shorter ones (a beep, a click, a key) are none.
inline constexpr std::int64_t kSpeechFramesMin = 48'000 * 12 / 100;

/// A stretch of speech in context frames.
struct Segment {
  std::int64_t start_frame;
  std::int64_t end_frame;
  std::int64_t frames() const { return end_frame - start_frame; }
};

class SpeechDetector {
 public:
  /// The next 10 ms. `mean_square` of s16 samples; `muted`: whatever it is, it is not speech.
  void add(std::int64_t first_frame, double mean_square, bool muted);
  /// What is over.
  const std::vector<Segment>& segments() const { return segments_; }
  /// What began and is not known to be over.
  std::optional<Segment> open() const { return open_; }
  /// Nothing comes any more.
  void finish();

 private:
  void close();
  std::vector<Segment> segments_;
  std::optional<Segment> open_;
  std::optional<double> noise_db_;
  std::uint32_t loud_ = 0;  ///< one bit each value, newest lowest
  int quiet_hops_ = 0;
};

}  // namespace reprise::recording
