#include "features/playback/fold_plan.hpp"

namespace reprise::playback {

void FoldPlan::on_stored(std::int64_t seq, Time now) {
  const bool new_one = stored_.insert(seq).second;
  if (new_one && (ended_ || seq < next_seq_)) late_at_ = now;
}

void FoldPlan::on_ended(bool complete) {
  ended_ = true;
  complete_ = complete;
}

std::int64_t FoldPlan::first_absent() {
  while (stored_.contains(first_absent_)) ++first_absent_;
  return first_absent_;
}

FoldPlan::Step FoldPlan::next(Time now) {
  if (late_at_) {
    if (complete_ || now - *late_at_ >= kLateQuiet) {
      late_at_.reset();
      held_since_.reset();
      next_seq_ = 0;
      return Restart{};
    }
    // The fold so far will be thrown away, so nothing more is added to it.
    return Wait{.until = *late_at_ + kLateQuiet};
  }
  const auto following = stored_.lower_bound(next_seq_);
  if (following == stored_.end()) {
    if (ended_) return Finish{};
    return Wait{};
  }
  if (*following == next_seq_) {
    held_since_.reset();
    return Fold{next_seq_++};
  }
  if (!held_since_) held_since_ = now;
  const bool waits = !ended_ && *following > waited_below_;
  if (waits && now - *held_since_ < kReorderWait) return Wait{.until = *held_since_ + kReorderWait};
  held_since_.reset();
  next_seq_ = *following;
  return Skip{};
}

}  // namespace reprise::playback
