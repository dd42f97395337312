#include "domain/recording/loss/loss.hpp"

#include <algorithm>

#include "domain/recording/format/media_time.hpp"

namespace reprise::recording {

bool MicLoss::add(MicSample first_sample, MicSample sample_count) {
  if (first_sample < expected_) {
    const bool in_gap = std::ranges::any_of(gaps_, [&](const Gap& gap) {
      return first_sample >= gap.first_sample && first_sample + sample_count <= gap.end_sample;
    });
    if (!in_gap) ++missing_;
    return false;
  }
  if (const auto lost = (first_sample - expected_).value; lost > 0) {
    missing_ += (lost + kMicBlockSamples.value - 1) / kMicBlockSamples.value;
    if (gaps_.size() < kGapsPerChannelMax) gaps_.push_back({expected_, first_sample});
  }
  expected_ = first_sample + sample_count;
  left_out_ = 0;
  ++kept_;
  return true;
}

ChannelLoss MicLoss::report(const MicMap& map) const {
  const auto ns_of = [&map](MicSample sample) {
    return ns_of_frame(std::max(Frame(0), map.frame_of(sample)));
  };
  ChannelLoss loss{kept_, missing_ + left_out_, {}};
  for (const auto& gap : gaps_) {
    loss.gaps.push_back({ns_of(gap.first_sample), ns_of(gap.end_sample)});
  }
  return loss;
}

void ArrivalLoss::keep(Frame now) {
  ++loss_.kept;
  last_ = now;
  left_out_ = 0;
}

void ArrivalLoss::miss(std::int64_t count, Frame now) {
  loss_.missing += count;
  if (loss_.gaps.size() >= kGapsPerChannelMax) return;
  loss_.gaps.push_back({ns_of_frame(last_), ns_of_frame(std::max(last_, now))});
}

void ArrivalLoss::leave_out(Frame now) {
  ++left_out_;
  left_out_at_ = now;
}

ChannelLoss ArrivalLoss::report() const {
  auto loss = loss_;
  if (left_out_ == 0) return loss;
  loss.missing += left_out_;
  if (loss.gaps.size() < kGapsPerChannelMax) {
    loss.gaps.push_back({ns_of_frame(last_), ns_of_frame(std::max(last_, left_out_at_))});
  }
  return loss;
}

bool ModelLoss::add(ModelSample first_sample, ModelSample sample_count, Frame now) {
  if (first_sample < expected_) {
    loss_.repeat();
    return false;
  }
  if (const auto lost = (first_sample - expected_).value; lost > 0) {
    loss_.miss((lost + sample_count.value - 1) / sample_count.value, now);
  }
  expected_ = first_sample + sample_count;
  length_ = sample_count;
  loss_.keep(now);
  return true;
}

void WireLoss::add(std::int64_t sequence, std::optional<std::int64_t> socket, std::int64_t index,
                   Frame now) {
  // A message that comes again: its words are read as those of any other row, so that nothing is
  // lost.
  if (sequence < expected_sequence_) return;
  auto lost = sequence - expected_sequence_;
  expected_sequence_ = sequence + 1;
  if (socket) {
    const auto expected = *socket == socket_ ? expected_index_ : 0;
    lost = std::max(lost, index - expected);
    socket_ = *socket;
    expected_index_ = index + 1;
  } else {
    ++lost;  // a row that cannot be read counts as no message
    if (socket_ >= 0) ++expected_index_;
  }
  if (lost > 0) loss_.miss(lost, now);
  if (socket) loss_.keep(now);
}

}  // namespace reprise::recording
