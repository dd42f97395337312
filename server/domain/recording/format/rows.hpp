#pragma once

// The JSON rows of a recording (docs/formats/recording.md 3) as checked structs. A row that does
// not parse, lacks a member or holds a number out of range is refused, so that users of this header
// never get an absurd number.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/format/media_time.hpp"
#include "domain/recording/format/token_use.hpp"

namespace reprise::recording {

/// Sample indexes and counts of a channel: 2^32 − 1 is the largest MCAP sequence.
inline constexpr std::int64_t kSampleIndexMax = (1LL << 32) - 1;
/// Clock readings in microseconds, as JavaScript can hold them exactly.
inline constexpr std::int64_t kClockUsMax = 1LL << 53;
/// Blocks in one `microphone` row (250 ms hold about 25).
inline constexpr std::size_t kMicrophoneBlocksMax = 1000;

/// A row of a known kind that is refused: it does not parse, lacks a member or holds an absurd
/// number. (`monostate` stands for a kind that the server does not use.)
struct RefusedRow {};

struct SpanRow {
  std::int64_t item;
  ModelSample first_sample;
  ModelSample sample_count;
  Frame context_frame;  ///< even
  ModelSample end_sample() const { return first_sample + sample_count; }
  Frame end_frame() const { return context_frame + frames_of(sample_count); }
};
struct FadeRow {
  Frame context_frame;  ///< even
  ModelSample sample_count;
  Frame end_frame() const { return context_frame + frames_of(sample_count); }
};
struct FlushRow {
  Frame context_frame;
  std::optional<std::int64_t> item;
  ModelSample dropped_samples;
};
struct UnderrunRow {
  Frame context_frame;
  std::int64_t prebuffer_ms;
};
struct ItemRow {
  std::int64_t item;
  ModelSample first_sample;
};
struct ItemEndRow {
  std::int64_t item;
  ModelSample sample_count;
  bool complete;
};
using PlayoutRow = std::variant<std::monostate, RefusedRow, SpanRow, FadeRow, FlushRow, UnderrunRow,
                                ItemRow, ItemEndRow>;

struct OutputRow {
  Frame context_frame;
  PageUs page;
};
struct RenderRow {
  Frame context_frame;
  PageUs page;
};
struct MicRow {
  MicSample first_sample;
  Frame context_frame;
};
struct MicrophoneBlock {
  DeviceUs device;
  PageUs page;
  std::int64_t frames;  ///< at the `sample_rate` of its row
};
struct MicrophoneRow {
  std::int64_t sample_rate;
  std::vector<MicrophoneBlock> blocks;
  std::vector<std::uint8_t> envelope;  ///< one value a millisecond, round(255·√rms)
};
using ClockRow =
    std::variant<std::monostate, RefusedRow, OutputRow, RenderRow, MicRow, MicrophoneRow>;

struct StartedRow {
  PageUs page;
  std::string model;
  std::optional<Frame> mic_delay;
};
struct EndedRow {
  std::string reason;
  std::optional<Frame> context_frame;
};
using SessionRow = std::variant<std::monostate, RefusedRow, StartedRow, EndedRow>;

struct EventRow {
  std::string kind;
  PageUs page;
  std::optional<Frame> context_frame;
  std::optional<bool> on;
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> item;
  std::string detail_json;  ///< the other members, as an object
};

/// One Live message, reduced to what the fold needs. Of `/wire/tx` that is the counters and what
/// was typed.
struct WireRow {
  struct Audio {
    ModelSample first_sample;
    ModelSample sample_count;
    std::optional<std::int64_t> item;
  };
  std::int64_t socket;
  std::int64_t index;
  std::optional<Audio> audio;
  std::string typed_text;            ///< realtimeInput.text, only on `/wire/tx`
  bool typed_again = false;          ///< it was sent on an earlier socket, which did not answer it
  std::string input_text;            ///< inputTranscription
  bool input_finished = false;       ///< the API said that the utterance ends here
  std::string output_text;           ///< outputTranscription
  std::vector<std::string> written;  ///< text parts that are not marked as thoughts
  bool interrupted = false;
  bool generation_complete = false;
  bool turn_complete = false;
  bool goes_on = false;  ///< comes with `turn_complete`: the model works on and will say more
  TokenUse tokens = {};  ///< of the answer that this message belongs to
};

/// Parses rows in one reused buffer. One thread at a time.
class RowReader {
 public:
  RowReader();
  ~RowReader();
  PlayoutRow playout(ByteView json);
  ClockRow clock(ByteView json);
  SessionRow session(ByteView json);
  std::optional<EventRow> event(ByteView json);
  std::optional<WireRow> wire_rx(ByteView json);
  std::optional<WireRow> wire_tx(ByteView json);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace reprise::recording
