#pragma once

// What is missing, from the counters that every channel carries (docs/formats/recording.md 2).

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

inline constexpr std::int64_t kMicBlockSamples = 320;
/// 40 ms: the length of a message of the model of which none has come.
inline constexpr std::int64_t kModelMessageSamples = 960;

/// /mic/pcm: gaps are runs of samples, so they have exact places.
class MicLoss {
 public:
  /// False: `first_sample` lies before what has come already; the message is no use, and counts as
  /// missing unless it lies in a gap, which counts it already.
  bool add(std::int64_t first_sample, std::int64_t sample_count);
  /// A message that cannot be used. The next one that can tells what is missing in all.
  void leave_out() { ++left_out_; }
  ChannelLoss report(const MicMap& map) const;

 private:
  struct Gap {
    std::int64_t first_sample;
    std::int64_t end_sample;
  };
  std::int64_t expected_ = 0;
  std::int64_t kept_ = 0;
  std::int64_t missing_ = 0;
  std::int64_t left_out_ = 0;  ///< since the last one that was kept
  std::vector<Gap> gaps_;
};

/// A channel whose gaps are known by when the messages around them came. `now`: media time up to
/// which the recording has come, in frames.
class ArrivalLoss {
 public:
  void keep(std::int64_t now);
  void miss(std::int64_t count, std::int64_t now);  ///< between the last `keep` and now
  /// A message that cannot be used. The next one that can tells what is missing in all.
  void leave_out(std::int64_t now);
  /// A message whose number had come already, or had been passed.
  void repeat() { ++loss_.missing; }
  ChannelLoss report() const;

 private:
  ChannelLoss loss_;
  std::int64_t last_ = 0;
  std::int64_t left_out_ = 0;  ///< since the last one that was kept
  std::int64_t left_out_at_ = 0;
};

/// /model/pcm: what was lost is estimated in messages of the length of the one after it.
class ModelLoss {
 public:
  /// False: it begins before what has come already; it is no use, and counts as missing.
  bool add(std::int64_t first_sample, std::int64_t sample_count, std::int64_t now);
  void leave_out(std::int64_t now) { loss_.leave_out(now); }
  ChannelLoss report() const { return loss_.report(); }
  /// In messages of the length of the last one.
  std::int64_t messages_of(std::int64_t samples) const { return (samples + length_ - 1) / length_; }

 private:
  ArrivalLoss loss_;
  std::int64_t expected_ = 0;
  std::int64_t length_ = kModelMessageSamples;
};

/// One direction of the wire: jumps of the channel's own count and of the message index on a
/// socket. What the tap itself lost shows in the index only.
class WireLoss {
 public:
  void add(std::int64_t sequence, std::optional<std::int64_t> socket, std::int64_t index,
           std::int64_t now);
  ChannelLoss report() const { return loss_.report(); }

 private:
  ArrivalLoss loss_;
  std::int64_t expected_sequence_ = 0;
  std::int64_t socket_ = -1;
  std::int64_t expected_index_ = 0;
};

}  // namespace reprise::recording
