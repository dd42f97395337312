#include "domain/recording/loss/lost_play.hpp"

#include <algorithm>

namespace reprise::recording {
namespace {

/// Where samples of one item lie that no row places.
struct Stretch {
  Frame from;
  Frame until;
};

class Finder {
 public:
  Finder(const Holes& holes, LostPlay& found) : holes_(holes), found_(found) {}

  /// Adds the parts of a stretch that a hole hides.
  void add(Stretch stretch) {
    for (const Hole& hole : holes_.within(stretch.from, stretch.until + kSpanRowFrames)) {
      const Frame start = std::max(stretch.from, hole.start - kSpanRowFrames);
      const Frame end = std::min(stretch.until, hole.end);
      if (end <= start) continue;
      found_.samples += model_samples_of(end - start);
      if (found_.gaps.size() < kGapsPerChannelMax) {
        found_.gaps.push_back({ns_of_frame(start), ns_of_frame(end)});
      }
      stretch.from = end;
    }
  }

 private:
  const Holes& holes_;
  LostPlay& found_;
};

/// The end of the samples that were heard, so far as the rows tell.
ModelSample heard_end_of(const ModelItem& item) {
  if (item.flush_frame) {
    return std::max(item.first_sample, item.end_sample - item.dropped_samples);
  }
  return item.complete ? item.end_sample : item.heard_end();
}

/// `before`: the end of what was heard of the items before it. `next`: when the next item begins to
/// be heard.
void find_in(const ModelItem& item, Frame before, Frame next, Finder& finder) {
  ModelSample at = item.first_sample;
  Frame from = std::max(before, item.arrival_frame);
  for (const RenderedRun& run : item.runs) {
    const Frame lost = frames_of(run.first_sample - at);
    if (at < run.first_sample) {
      finder.add({std::max(from, run.context_frame - lost), run.context_frame});
    }
    at = run.end_sample();
    from = run.end_frame();
  }
  const ModelSample end = heard_end_of(item);
  if (at < end) {
    const Frame until = std::min(next, item.flush_frame.value_or(next));
    finder.add({from, std::min(until, from + frames_of(end - at))});
  }
}

}  // namespace

LostPlay lost_play(const std::vector<ModelItem>& items, const Holes& holes, Frame length) {
  LostPlay found;
  Finder finder(holes, found);
  std::vector<Frame> next(items.size(), length);
  Frame begin = length;
  for (std::size_t i = items.size(); i-- > 0;) {
    next[i] = begin;
    if (!items[i].runs.empty()) begin = items[i].runs.front().context_frame;
  }
  Frame before{0};
  for (std::size_t i = 0; i < items.size(); ++i) {
    find_in(items[i], before, next[i], finder);
    if (!items[i].runs.empty()) before = std::max(before, items[i].runs.back().end_frame());
  }
  return found;
}

}  // namespace reprise::recording
