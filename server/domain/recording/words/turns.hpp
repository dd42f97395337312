#pragma once

// From items, speech segments and transcriptions to turns with words
// (docs/formats/recording.md 5.3, 5.4). Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/recording/format/media_time.hpp"
#include "domain/recording/sound/speech.hpp"
#include "domain/recording/view/view.hpp"
#include "domain/recording/words/model_items.hpp"
#include "domain/recording/words/transcription.hpp"

namespace reprise::recording {

/// Stretches of speech with a shorter pause than this, and no model turn begun in it, are one turn.
inline constexpr std::int64_t kPersonPauseFrames = 2 * kMediaRate;
/// Text that comes sooner than this after the beginning of speech is about earlier speech.
inline constexpr std::int64_t kTranscriptionLatencyFrames = kMediaRate * 4 / 10;
/// Speech without a transcription is a turn (without words) when one stretch of it is this long,
/// unless the model was audible in half of it (echo).
inline constexpr std::int64_t kWordlessTurnFrames = kMediaRate * 6 / 10;
/// Nobody speaks faster than this (a letter): text that would is about earlier speech.
inline constexpr std::int64_t kLetterFramesMin = kMediaRate * 25 / 1000;
/// Text is about speech that ended at most this long before.
inline constexpr std::int64_t kTranscriptionLatencyFramesMax = 10 * kMediaRate;
/// Transcribed text without any detected speech gets this much time a letter before its arrival.
inline constexpr std::int64_t kLetterFrames = kMediaRate * 6 / 100;

struct TurnInput {
  const std::vector<ModelItem>& items;
  std::vector<Segment> speech;                ///< in order, disjoint
  std::vector<Transcription> transcriptions;  ///< in order of arrival, in media time
  std::vector<TypedText> typed = {};
};

/// All turns, in order of their beginnings.
std::vector<Turn> assemble_turns(const TurnInput& input);

/// What is written is shown for as long as reading takes: so much a letter, and at least so long.
inline constexpr std::int64_t kReadingFramesPerLetter = kMediaRate * 5 / 100;
inline constexpr std::int64_t kReadingFramesMin = kMediaRate * 3 / 2;

/// The samples of an item that were never heard, and where they would have been.
struct GhostRange {
  std::int64_t first_sample;
  std::int64_t end_sample;
  std::int64_t start_frame;
  std::int64_t end_frame() const { return start_frame + 2 * (end_sample - first_sample); }
};
std::vector<GhostRange> ghosts_of(const std::vector<ModelItem>& items);

}  // namespace reprise::recording
