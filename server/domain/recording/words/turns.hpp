#pragma once

// Makes turns with words from items, speech segments and transcriptions (docs/formats/recording.md
// 5.3, 5.4). Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/recording/format/media_time.hpp"
#include "domain/recording/sound/speech.hpp"
#include "domain/recording/view/view.hpp"
#include "domain/recording/words/model_items.hpp"
#include "domain/recording/words/transcription.hpp"

namespace reprise::recording {

/// Stretches of speech are one turn when the pause between them is shorter than this and no model
/// turn begins in it.
inline constexpr Frame kPersonPause = frame_of_ms(2000);
/// Text that arrives sooner than this after the beginning of speech belongs to earlier speech.
inline constexpr Frame kTranscriptionLatency = frame_of_ms(400);
/// Speech without a transcription becomes a turn without words when one of its stretches is this
/// long, unless the model was audible in half of it (echo).
inline constexpr Frame kWordlessTurn = frame_of_ms(600);
/// Nobody speaks a letter faster than this; text that would have to be spoken faster belongs to
/// earlier speech.
inline constexpr Frame kLetterMin = frame_of_ms(25);
/// Text belongs to speech that ended at most this long before the text arrived.
inline constexpr Frame kTranscriptionLatencyMax = frame_of_ms(10'000);
/// Transcribed text without detected speech begins this long per letter before it arrived.
inline constexpr Frame kLetter = frame_of_ms(60);

struct TurnInput {
  const std::vector<ModelItem>& items;
  std::vector<Segment> speech;                ///< in order, disjoint
  std::vector<Transcription> transcriptions;  ///< in order of arrival, in media time
  std::vector<TypedText> typed = {};
};

/// All turns, in the order in which they begin.
std::vector<Turn> assemble_turns(const TurnInput& input);

/// A written turn lasts as long as it takes to read: this much per letter, and at least
/// kReadingMin.
inline constexpr Frame kReadingPerLetter = frame_of_ms(50);
inline constexpr Frame kReadingMin = frame_of_ms(1500);

/// Samples of an item that were never heard, and where they would have been played.
struct GhostRange {
  ModelSample first_sample;
  ModelSample end_sample;
  Frame start_frame;
  Frame end_frame() const { return start_frame + frames_of(end_sample - first_sample); }
};
std::vector<GhostRange> ghosts_of(const std::vector<ModelItem>& items);

}  // namespace reprise::recording
