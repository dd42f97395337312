#include "domain/recording/loss/holes.hpp"

#include <algorithm>

namespace reprise::recording {

void Holes::begin_chunk(std::optional<std::int64_t> seq, Frame now) {
  if (!seq) return;
  if (*seq > next_seq_) skip(now);
  next_seq_ = *seq + 1;
}

void Holes::skip(Frame now) {
  if (!open_) open_ = now;
}

void Holes::reach(Frame now) {
  if (!open_ || now <= *open_) return;
  if (closed_.size() < kGapsPerChannelMax) {
    closed_.push_back({ns_of_frame(*open_), ns_of_frame(now)});
  }
  open_.reset();
}

std::vector<TimeRange> Holes::narrowed(const std::vector<TimeRange>& gaps) const {
  std::vector<TimeRange> result;
  result.reserve(gaps.size());
  for (const TimeRange& gap : gaps) {
    auto hole = std::ranges::partition_point(
        closed_, [&](const TimeRange& one) { return one.end_ns <= gap.start_ns; });
    const bool some = hole != closed_.end() && hole->start_ns < gap.end_ns;
    if (!some) result.push_back(gap);
    for (; hole != closed_.end() && hole->start_ns < gap.end_ns; ++hole) {
      result.push_back({std::max(gap.start_ns, hole->start_ns), hole->end_ns});
    }
  }
  if (result.size() > kGapsPerChannelMax) result.resize(kGapsPerChannelMax);
  return result;
}

}  // namespace reprise::recording
