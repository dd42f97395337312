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

/// Sound and words of a turn that was cut still arrive for a moment. Whatever comes after a pause
/// of this length is a new turn, even when `turnComplete` never came.
inline constexpr std::int64_t kLateOutputMs = 250;
/// Words without sound that arrive this soon after `turnComplete` belong to the turn that it
/// closed.
inline constexpr std::int64_t kLateWordsMs = 1000;

/// Items that are kept: one each four seconds for a day. Later ones are counted.
inline constexpr std::size_t kModelItemsMax = 20'000;
/// Runs that are kept, of all items: a run ends only where the sound has a hole.
inline constexpr std::size_t kRenderedRunsMax = 200'000;

/// A run of an item's samples that was rendered without a hole in samples or in time.
struct RenderedRun {
  ModelSample first_sample;
  ModelSample sample_count;
  Frame context_frame;
  ModelSample end_sample() const { return first_sample + sample_count; }
  Frame end_frame() const { return context_frame + frames_of(sample_count); }
};

/// One model turn. Samples are indexes of /model/pcm.
struct ModelItem {
  struct Fragment {
    ModelSample sample;  ///< how much had been received when the text arrived
    std::string text;
    bool late = false;  ///< arrived after the turn was cut: nobody heard it
  };
  ModelSample first_sample{0};
  ModelSample end_sample{0};        ///< end of what was received
  Frame arrival_frame{0};           ///< media time of the item's first row
  std::vector<RenderedRun> runs;    ///< in order
  std::vector<Fragment> fragments;  ///< in the order of their arrival
  std::optional<Frame> flush_frame;
  ModelSample dropped_samples{0};
  bool complete = true;      ///< false: the item ended by an interruption
  bool interrupted = false;  ///< the model said that it was interrupted
  bool written = false;      ///< text parts without sound: shown, not said
  /// The end of the samples that left the worklet (its ring is first in, first out).
  ModelSample heard_end() const {
    return runs.empty() ? first_sample : std::min(end_sample, runs.back().end_sample());
  }
};

/// Text parts of a model that speaks are its reasoning, whether or not they are marked as a
/// thought: they begin with a heading in bold, as in `**Considering the request**`.
bool is_reasoning(std::string_view text);

/// Collects the rows of `/playout` and `/wire/rx`. Each channel has its own order, but they have no
/// common one. `now`: media time up to which the recording has come. The rules by which
/// words belong to a turn are those of the browser (web/src/media/live/turn-pump.ts); both are
/// tested on tests/fixtures/talks.json.
class ModelItems {
 public:
  /// False: there are too many runs, or too many items, and this one is left out.
  bool on(const SpanRow& row, Frame now);
  void on(const FlushRow& row);
  void on(const ItemRow& row, Frame now);
  void on(const ItemEndRow& row);
  /// `at_ms`: when the message arrived, on any steady clock.
  void on_wire(const WireRow& row, std::int64_t at_ms, Frame now);
  /// The person typed. Words of the model that arrive from now on are the answer, although no
  /// transcription announces it.
  void typed();
  /// In the order in which they were first named.
  const std::vector<ModelItem>& items() const { return items_; }
  /// Items beyond kModelItemsMax.
  std::int64_t left_out() const { return left_out_; }

 private:
  bool is_full() const { return items_.size() >= kModelItemsMax; }
  /// Null when there are too many; then it is counted.
  ModelItem* item(std::int64_t id, Frame now, ModelSample first_sample);
  void on_audio(const WireRow::Audio& audio, Frame now);
  void interrupt(std::int64_t at_ms, Frame now);
  void on_output(const WireRow& row, std::int64_t at_ms, Frame now);
  void on_words(const WireRow& row, std::int64_t at_ms);
  void end_turn(Frame now);
  void end_written(Frame now);
  std::optional<std::size_t> add_silent(Frame now);
  std::vector<ModelItem> items_;
  std::map<std::int64_t, std::size_t> index_of_;
  std::size_t run_count_ = 0;
  std::int64_t left_out_ = 0;
  std::optional<std::int64_t> last_left_out_;  ///< its rows come one after the other
  /// The item that last got sound since the model closed a turn; arriving text belongs to it.
  std::optional<std::size_t> speaking_;
  std::optional<std::size_t> last_;   ///< the same, whether or not the model has closed the turn
  ModelSample received_{0};           ///< end of the sound that came on the wire
  std::vector<std::string> waiting_;  ///< text that arrived before its item's sound
  std::int64_t socket_ = 0;           ///< the socket of the last message
  std::string written_;               ///< the text parts of the turn
  /// Set while the running turn is one that was cut: when it was cut, or when its last late sound
  /// or words came.
  std::optional<std::int64_t> cut_ms_;
  bool cut_is_over_ = false;  ///< the model said that the cut turn is over
  struct Closed {
    std::size_t index;
    std::int64_t at_ms;
  };
  bool typed_ = false;            ///< something was typed and no turn has begun since
  std::optional<Closed> closed_;  ///< the turn that `turnComplete` closed; gets late words
};

}  // namespace reprise::recording
