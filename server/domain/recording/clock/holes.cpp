#include "domain/recording/clock/holes.hpp"

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
    closed_.push_back({*open_, now});
  }
  open_.reset();
}

std::span<const Hole> Holes::within(Frame from, Frame until) const {
  const auto first =
      std::ranges::partition_point(closed_, [&](const Hole& hole) { return hole.end <= from; });
  const auto end =
      std::ranges::partition_point(closed_, [&](const Hole& hole) { return hole.start < until; });
  return first < end ? std::span(first, end) : std::span<const Hole>();
}

std::optional<Hole> Holes::first_in(Frame from, Frame until) const {
  const auto holes = within(from, until);
  return holes.empty() ? std::nullopt : std::optional(holes.front());
}

std::optional<Hole> Holes::last_in(Frame from, Frame until) const {
  const auto holes = within(from, until);
  return holes.empty() ? std::nullopt : std::optional(holes.back());
}

std::vector<TimeRange> Holes::narrowed(const std::vector<TimeRange>& gaps) const {
  std::vector<TimeRange> result;
  result.reserve(gaps.size());
  for (const TimeRange& gap : gaps) {
    const auto begin = result.size();
    auto hole = std::ranges::partition_point(
        closed_, [&](const Hole& one) { return ns_of_frame(one.end) <= gap.start_ns; });
    for (; hole != closed_.end() && ns_of_frame(hole->start) < gap.end_ns; ++hole) {
      result.push_back({std::max(gap.start_ns, ns_of_frame(hole->start)), ns_of_frame(hole->end)});
    }
    if (result.size() == begin) result.push_back(gap);
  }
  if (result.size() > kGapsPerChannelMax) result.resize(kGapsPerChannelMax);
  return result;
}

}  // namespace reprise::recording
