#pragma once

// What the fold derives from a recording: the media packets, and everything else (View).

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/types.hpp"
#include "domain/recording/format/media_time.hpp"
#include "domain/recording/format/token_use.hpp"

namespace reprise::recording {

inline constexpr std::int64_t kSoundBlockFrames = 960;  ///< 20 ms
inline constexpr std::int64_t kPeaksPerSecond = 100;
/// While no camera picture comes, the last one is repeated this often: a hole in the video track
/// makes seeks slow (measured).
inline constexpr std::chrono::milliseconds kHoldInterval{2000};

/// 20 ms of the view media's sound at 48 kHz, values −1 … 1. Left: the person; right: the model as
/// heard.
struct SoundBlock {
  std::int64_t first_frame = 0;  ///< consecutive multiples of kSoundBlockFrames
  bool silent = true;            ///< both channels are all zero
  std::array<float, kSoundBlockFrames> left{};
  std::array<float, kSoundBlockFrames> right{};
};

/// One VP9 picture at its place on the media axis. `vp9` is valid during the call only.
struct Picture {
  std::int64_t at_ns = 0;
  bool key = false;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  ByteView vp9;
};

/// Takes the media packets in nondecreasing order of time, each one final.
class FoldSink {
 public:
  virtual ~FoldSink() = default;
  virtual void sound(const SoundBlock& block) = 0;
  virtual void picture(const Picture& picture) = 0;
  /// No camera picture comes at this time: the last one stays; before the first picture, the first
  /// one is shown. Repeated every kHoldInterval.
  virtual void hold(std::int64_t at_ns) = 0;
};

struct Word {
  std::string text;  ///< with its own leading space
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  bool heard = true;  ///< false: generated, but never heard (or, if written, never shown)
};
enum class Speaker { Person, Model };
struct Turn {
  Speaker speaker = Speaker::Person;
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::vector<Word> words;
  bool written = false;  ///< text without sound, shown at this time, or typed by the person
  bool interrupted = false;
  std::optional<std::int64_t> interrupted_at_ns;
  std::int64_t ghost_ns = 0;                  ///< how much was generated and never heard
  std::optional<std::int64_t> gap_before_ns;  ///< how long nothing was heard before this turn
  std::int64_t overlap_ns = 0;                ///< how long it overlaps the turn before
};
std::string heard_text(const Turn& turn);

/// Something that happened, for the player and `/events`. `detail_json` is an object.
struct Event {
  std::int64_t at_ns = 0;
  std::string kind;
  std::string detail_json;
};
struct TimeRange {
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
};
/// Gaps of one channel that are listed; any more are only counted.
inline constexpr std::size_t kGapsPerChannelMax = 10'000;
/// What was kept and what is missing of one channel. Sound is counted in messages of 20 ms.
struct ChannelLoss {
  std::int64_t kept = 0;
  std::int64_t missing = 0;
  std::vector<TimeRange> gaps;
};
struct Loss {
  ChannelLoss microphone;  ///< 20 ms blocks
  ChannelLoss model;       ///< messages
  ChannelLoss camera;      ///< frames; those skipped before the encoder count as missing
  ChannelLoss messages;    ///< wire messages
  ChannelLoss words;       ///< bytes of transcribed text; missing: more than can be shown
  ChannelLoss events;      ///< counted in the same way
  /// Counted in the same way; a turn that is shown without its unheard sound counts as missing too.
  ChannelLoss turns;
};
/// Min and max of each 10 ms as s8 pairs.
struct Peaks {
  std::vector<std::int8_t> person;
  std::vector<std::int8_t> model;
};
struct Ghost {
  TimeRange range;
  std::vector<std::int8_t> peaks;
};
/// How well the pictures could be placed (shown in tests and the bench).
struct FitReport {
  double mic_lag_ms = 0;       ///< last estimate of the microphone's FIFO lag
  std::int64_t lag_steps = 0;  ///< corrected steps of more than 5 ms
  std::int64_t pairs = 0;      ///< calibration pairs used
};

/// Everything that is derived except the media. Complete after `finish`; before that, what is known
/// so far.
struct View {
  /// The page clock at frame 0. It follows the device's wall clock; the server dates a recording by
  /// its own.
  std::optional<std::int64_t> started_device_ns;
  std::int64_t duration_ns = 0;
  std::string model;
  std::string first_words;
  std::vector<Turn> turns;
  std::vector<Event> events;
  Loss loss;
  Peaks peaks;
  std::vector<Ghost> ghosts;
  bool has_pictures = false;
  std::uint32_t width = 0;  ///< width of the first picture
  std::uint32_t height = 0;
  std::string end_reason;  ///< from the event `ended` on `/session`; empty when the tab was killed
  FitReport fit;
  TokenUse tokens;  ///< of all answers
};

}  // namespace reprise::recording
