#pragma once

// Where the person spoke, from the energy of the microphone (docs/formats/recording.md 5.4).

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

/// A value (one each 10 ms) is speech when it is louder than the noise by this much …
inline constexpr double kSpeechAboveNoiseDb = 10;
/// … and louder than this.
inline constexpr double kSpeechDbfsMin = -55;
/// Speech begins with the first loud value, when this many of the last kOnsetWindow values are
/// loud.
inline constexpr int kOnsetCount = 4;
inline constexpr int kOnsetWindow = 6;
/// Speech ends with the last loud value before this many quiet ones (400 ms).
inline constexpr int kSpeechPauseHops = 40;

/// Anything shorter (a beep, a click, a key) is not speech.
inline constexpr Frame kSpeechFramesMin = frame_of_ms(120);

/// A stretch of speech.
struct Segment {
  Frame start;
  Frame end;
  Frame length() const { return end - start; }
};

class SpeechDetector {
 public:
  /// Adds the next 10 ms. `mean_square` is of s16 samples. `muted`: nothing in it counts as speech.
  void add(Frame first, double mean_square, bool muted);
  /// Adds 10 ms of which no sound is known: they are quiet, and say nothing about the noise.
  void add_missing(Frame first) { add_hop(first, false, false); }
  /// Stretches of speech that are over.
  const std::vector<Segment>& segments() const { return segments_; }
  /// The stretch of speech that has begun and may still go on.
  std::optional<Segment> open() const { return open_; }
  /// Ends the last stretch: no more values come.
  void finish();

 private:
  void add_hop(Frame first, bool loud, bool muted);
  void close();
  std::vector<Segment> segments_;
  std::optional<Segment> open_;
  std::optional<double> noise_db_;
  std::uint32_t loud_ = 0;  ///< one bit for each value, the newest lowest
  int quiet_hops_ = 0;
};

}  // namespace reprise::recording
