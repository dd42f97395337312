#pragma once

// Turns pieces of `inputTranscription` into text (docs/formats/recording.md 5.4). Pure.
// web/src/media/live/said.ts follows the same rules; both are tested on tests/fixtures/text.json.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

/// The silence that ends an utterance by default in the API. Pieces that arrive this far apart
/// belong to two utterances.
inline constexpr std::int64_t kUtterancePauseMs = 800;
/// How long it takes to say an average letter.
inline constexpr std::int64_t kLetterMs = 60;

/// A transcription of the person's speech and when it arrived.
struct Transcription {
  std::int64_t arrival_ms = 0;  ///< any steady clock
  std::string text;
  bool finished = false;      ///< the API said that the utterance ends here
  std::int64_t exchange = 0;  ///< a number that grows when the model's turn ends or is cut
};

/// What the person wrote to the model instead of saying it.
struct TypedText {
  Frame frame{0};  ///< at which it was sent
  std::string text;
  bool again = false;  ///< it was sent on an earlier socket, which did not answer it
};

/// The text of pieces that were said one after another.
std::string text_of(const std::vector<Transcription>& pieces);

/// Removes what the API transcribed twice (google-gemini/gemini-live-api-examples #48): an
/// utterance that comes again, word for word, sooner than a person could say it again. `pieces` are
/// in order of arrival.
std::vector<Transcription> said_once(std::vector<Transcription> pieces);

}  // namespace reprise::recording
