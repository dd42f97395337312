#pragma once

// Limits on what a recording may cost besides its sound and pictures: a few uploaded megabytes of
// words or events must not make the server hold gigabytes. What is cut stays in the recording (the
// download has it) and is counted in the loss report.

#include <cstddef>
#include <string>

#include "domain/recording/view/view.hpp"

namespace reprise::recording {

/// The text or detail of one message. Nobody says this much between two messages.
inline constexpr std::size_t kTextBytesPerMessageMax = std::size_t{16} * 1024;
/// What one word costs besides its letters: its times, in memory and in the manifest.
inline constexpr std::size_t kWordCostBytes = 96;
/// The cost of all words: 170 000 words of five letters, which is 19 hours of talk at 150 words a
/// minute.
inline constexpr std::size_t kWordsCostBytesMax = std::size_t{16} << 20;
inline constexpr std::size_t kEventCostBytes = 96;
inline constexpr std::size_t kEventsCostBytesMax = std::size_t{2} << 20;
inline constexpr std::size_t kEventsMax = 20'000;
/// Turns of both speakers: one each four seconds for a day. The earliest are shown.
inline constexpr std::ptrdiff_t kTurnsMax = 20'000;
/// A limit for names that the recording gives itself (its model, its end reason).
inline constexpr std::size_t kShownNameBytesMax = 256;

/// The beginning of `text` with at most `bytes_max` bytes; no character is cut in two.
std::string beginning_of(std::string text, std::size_t bytes_max);

/// Counts what words cost.
class WordLimit {
 public:
  explicit WordLimit(std::size_t cost_bytes_max = kWordsCostBytesMax)
      : cost_bytes_max_(cost_bytes_max) {}
  /// The part of a message's text that is kept: its beginning, or nothing when the recording
  /// already has more words than can be shown.
  std::string take(std::string text);
  /// Counted in bytes of text.
  const ChannelLoss& report() const { return loss_; }

 private:
  const std::size_t cost_bytes_max_;
  ChannelLoss loss_;
  std::size_t cost_bytes_ = 0;
};

/// Counts what events cost.
class EventLimit {
 public:
  /// False: there are too many events, and this one is left out. A `detail_json` that is too long
  /// becomes an empty object, which counts as missing, too.
  bool take(const std::string& kind, std::string& detail_json);
  const ChannelLoss& report() const { return loss_; }

 private:
  ChannelLoss loss_;
  std::size_t cost_bytes_ = 0;
};

}  // namespace reprise::recording
