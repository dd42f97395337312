#pragma once

// What is missing, from the counters that every channel carries (docs/formats/recording.md 2).

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/recording/clock/mic_map.hpp"
#include "domain/recording/view/view.hpp"

namespace reprise::recording {

inline constexpr MicSample kMicBlockSamples(320);
/// The assumed length of the model's messages, 40 ms, until one has come.
inline constexpr ModelSample kModelMessageSamples(960);

/// /mic/pcm: gaps are runs of samples, so they have exact places.
class MicLoss {
 public:
  /// False: the message cannot be used, because `first_sample` lies before what has already come.
  /// It counts as missing, unless it lies in a gap that counts it already.
  bool add(MicSample first_sample, MicSample sample_count);
  /// Notes a message that cannot be used. How much is missing in all follows from the next usable
  /// message.
  void leave_out() { ++left_out_; }
  ChannelLoss report(const MicMap& map) const;

 private:
  struct Gap {
    MicSample first_sample;
    MicSample end_sample;
  };
  MicSample expected_{0};
  std::int64_t kept_ = 0;
  std::int64_t missing_ = 0;
  std::int64_t left_out_ = 0;  ///< messages since the last one that was kept
  std::vector<Gap> gaps_;
};

/// Loss in a channel whose gaps have no exact place: a gap lies between the arrivals of the
/// messages around it. `now`: media time up to which the recording has come.
class ArrivalLoss {
 public:
  void keep(Frame now);
  void miss(std::int64_t count, Frame now);  ///< between the last `keep` and now
  /// Notes a message that cannot be used. How much is missing in all follows from the next usable
  /// message.
  void leave_out(Frame now);
  /// Notes a message whose number has come already or was passed over.
  void repeat() { ++loss_.missing; }
  ChannelLoss report() const;

 private:
  ChannelLoss loss_;
  Frame last_{0};
  std::int64_t left_out_ = 0;  ///< messages since the last one that was kept
  Frame left_out_at_{0};
};

/// /model/pcm: the loss is estimated in messages, each as long as the message after the gap.
class ModelLoss {
 public:
  /// False: the message cannot be used, because it begins before what has already come. It counts
  /// as missing.
  bool add(ModelSample first_sample, ModelSample sample_count, Frame now);
  void leave_out(Frame now) { loss_.leave_out(now); }
  ChannelLoss report() const { return loss_.report(); }
  /// `samples` as a number of messages of the length of the last one.
  std::int64_t messages_of(ModelSample samples) const {
    return (samples.value + length_.value - 1) / length_.value;
  }

 private:
  ArrivalLoss loss_;
  ModelSample expected_{0};
  ModelSample length_ = kModelMessageSamples;
};

/// One direction of the wire. Loss shows as a jump of the channel's own count, or of the message
/// index on a socket. What the tap itself lost shows only in the index.
class WireLoss {
 public:
  void add(std::int64_t sequence, std::optional<std::int64_t> socket, std::int64_t index,
           Frame now);
  ChannelLoss report() const { return loss_.report(); }

 private:
  ArrivalLoss loss_;
  std::int64_t expected_sequence_ = 0;
  std::int64_t socket_ = -1;
  std::int64_t expected_index_ = 0;
};

}  // namespace reprise::recording
