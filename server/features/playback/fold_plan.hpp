#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <variant>

namespace reprise::playback {

/// How long the fold of a running recording waits for a missing chunk. After that the chunk's time
/// is a gap in this version.
inline constexpr std::chrono::seconds kReorderWait{10};
/// A chunk that is absent when a fold begins is not waited for when one is stored already that is
/// this much later: chunks are a second long, so it has been waited for.
inline constexpr std::int64_t kReorderChunks = 10;
/// A late chunk leads to a new version once no further one has come for this long (the journal of a
/// killed tab brings many), or at once when the recording has become complete.
inline constexpr std::chrono::seconds kLateQuiet{3};

/// Decides what the fold of one recording does next. Pure: `now` comes in. One thread at a time.
class FoldPlan {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Fold {
    std::int64_t seq;
    friend bool operator==(const Fold&, const Fold&) = default;
  };
  /// Leave out every chunk between the last folded one and the next stored one.
  struct Skip {
    friend bool operator==(const Skip&, const Skip&) = default;
  };
  /// Begin again from the first chunk.
  struct Restart {
    friend bool operator==(const Restart&, const Restart&) = default;
  };
  struct Finish {
    friend bool operator==(const Finish&, const Finish&) = default;
  };
  /// Wait until this time, or until a chunk is stored or the recording ends.
  struct Wait {
    std::optional<Time> until;
    friend bool operator==(const Wait&, const Wait&) = default;
  };
  using Step = std::variant<Fold, Skip, Restart, Finish, Wait>;

  /// `stored` are the chunks that are already stored.
  explicit FoldPlan(std::set<std::int64_t> stored)
      : stored_(std::move(stored)),
        waited_below_(stored_.empty() ? 0 : *stored_.rbegin() - kReorderChunks) {}

  void on_stored(std::int64_t seq, Time now);
  /// The recording has ended. `complete`: all its chunks are stored.
  void on_ended(bool complete);

  Step next(Time now);

  /// How many chunks it knows of.
  std::int64_t count() const { return std::ssize(stored_); }
  bool ended() const { return ended_; }
  /// The lowest number of a chunk that it does not know of.
  std::int64_t first_absent();

 private:
  std::set<std::int64_t> stored_;
  std::int64_t waited_below_;      ///< what is absent below was waited for before
  std::int64_t first_absent_ = 0;  ///< everything below is in `stored_`
  std::int64_t next_seq_ = 0;      ///< everything below is folded or left out
  std::optional<Time> held_since_;
  std::optional<Time>
      late_at_;  ///< when the last chunk came that this version lacks and cannot take in any more
  bool ended_ = false;
  bool complete_ = false;
};

}  // namespace reprise::playback
