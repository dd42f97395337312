#pragma once

// The model's turns ("items") as the playout rows and the wire tell them, before they become
// turns with words (turns.hpp).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recording/format/rows.hpp"

namespace reprise::recording {

/// Sound and words of a turn that was cut still come for a moment. After this much without any, the
/// next ones are a turn of their own, also when `turnComplete` never came.
inline constexpr std::int64_t kLateOutputMs = 250;
/// Words without sound that come this soon after `turnComplete` belong to the turn that it closed.
inline constexpr std::int64_t kLateWordsMs = 1000;

/// A run of an item's samples that was rendered, without a hole in samples or in time.
struct RenderedRun {
  std::int64_t first_sample;
  std::int64_t sample_count;
  std::int64_t context_frame;
  std::int64_t end_sample() const { return first_sample + sample_count; }
  std::int64_t end_frame() const { return context_frame + 2 * sample_count; }
};

/// One model turn. Samples are indexes of /model/pcm.
struct ModelItem {
  struct Fragment {
    std::int64_t sample;  ///< what had been received when the text came
    std::string text;
    bool late = false;  ///< it came after the turn was cut: nobody heard it
  };
  std::int64_t first_sample = 0;
  std::int64_t end_sample = 0;      ///< of what was received
  std::int64_t arrival_frame = 0;   ///< media time of its first row
  std::vector<RenderedRun> runs;    ///< in order
  std::vector<Fragment> fragments;  ///< in order of arrival
  std::optional<std::int64_t> flush_frame;
  std::int64_t dropped_samples = 0;
  bool complete = true;      ///< false: the item ended by an interruption
  bool interrupted = false;  ///< the model said so
  bool written = false;      ///< text parts and no sound: shown, not said
  /// Samples before this one left the worklet (its ring is first in, first out).
  std::int64_t heard_end() const {
    return runs.empty() ? first_sample : std::min(end_sample, runs.back().end_sample());
  }
};

/// Text parts of a model that speaks are its reasoning, marked as a thought or not: they begin with
/// a heading in bold, as in `**Considering the request**`.
bool is_reasoning(std::string_view text);

/// Collects rows of `/playout` and `/wire/rx`, which come each in their own order but not in a
/// common one. `now`: media time up to which the recording has come, in frames. Which words belong
/// to which turn is decided as in the browser (web/src/media/live/turn-pump.ts); both are tested on
/// tests/fixtures/talks.json.
class ModelItems {
 public:
  void on(const SpanRow& row, std::int64_t now);
  void on(const FlushRow& row);
  void on(const ItemRow& row, std::int64_t now);
  void on(const ItemEndRow& row);
  /// `at_ms`: when the message arrived, on any steady clock.
  void on_wire(const WireRow& row, std::int64_t at_ms, std::int64_t now);
  /// The person typed: words that come from now on answer it, and nothing is transcribed that would
  /// tell it.
  void typed();
  /// In the order in which they were heard of.
  const std::vector<ModelItem>& items() const { return items_; }

 private:
  ModelItem& item(std::int64_t id, std::int64_t now, std::int64_t first_sample);
  void on_audio(const WireRow::Audio& audio, std::int64_t now);
  void interrupt(std::int64_t at_ms, std::int64_t now);
  void on_output(const WireRow& row, std::int64_t at_ms, std::int64_t now);
  void on_words(const WireRow& row, std::int64_t at_ms);
  void end_turn(std::int64_t now);
  void end_written(std::int64_t now);
  std::size_t add_silent(std::int64_t now);
  std::vector<ModelItem> items_;
  std::map<std::int64_t, std::size_t> index_of_;
  /// The item that last got sound since the model closed a turn; text belongs to it.
  std::optional<std::size_t> speaking_;
  std::optional<std::size_t> last_;   ///< the same, whether the turn is closed or not
  std::int64_t received_ = 0;         ///< end of its sound on the wire
  std::vector<std::string> waiting_;  ///< text that came before its item's sound
  std::int64_t socket_ = 0;           ///< of the last message
  std::string written_;               ///< text parts of the turn
  /// The turn that runs was cut; when that was, or its last late sound or words.
  std::optional<std::int64_t> cut_ms_;
  bool cut_is_over_ = false;  ///< the model said that nothing more comes of it
  struct Closed {
    std::size_t index;
    std::int64_t at_ms;
  };
  bool typed_ = false;            ///< something was typed, and no turn has begun since
  std::optional<Closed> closed_;  ///< the turn that `turnComplete` closed; takes late words
};

}  // namespace reprise::recording
