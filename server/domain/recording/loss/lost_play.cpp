#include "domain/recording/loss/lost_play.hpp"

#include <algorithm>

namespace reprise::recording {
namespace {

/// Where samples of one item lie that no row places.
struct Stretch {
  std::size_t item;
  ModelSample first;
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
      const ModelSample first = stretch.first + model_samples_of(start - stretch.from);
      const ModelSample count = model_samples_of(end - start);
      found_.samples += count;
      if (found_.gaps.size() < kGapsPerChannelMax) {
        found_.gaps.push_back({ns_of_frame(start), ns_of_frame(end)});
        found_.runs.push_back({stretch.item, {first, count, start}});
      }
      stretch.first = first + count;
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
  return item.complete && !item.interrupted ? item.end_sample : item.heard_end();
}

/// What lies around an item. Samples that no message brought may be of it or of its neighbour.
struct Around {
  ModelSample samples_from{0};  ///< the end of the samples of the items before it
  ModelSample samples_to{0};    ///< the first one of the items after it
  Frame from{0};                ///< the end of what was heard of the items before it
  Frame to{0};                  ///< when the next item begins to be heard
};

/// `index`: of the item.
void find_in(const ModelItem& item, std::size_t index, const Around& around, Finder& finder) {
  ModelSample at = std::min(item.first_sample, around.samples_from);
  const bool misses_samples = at < item.first_sample;  // so that its arrival is not known
  Frame from = misses_samples ? around.from : std::max(around.from, item.arrival_frame);
  for (const RenderedRun& run : item.runs) {
    const Frame lost = frames_of(run.first_sample - at);
    if (at < run.first_sample) {
      const Frame start = std::max(from, run.context_frame - lost);
      const ModelSample first = run.first_sample - model_samples_of(run.context_frame - start);
      finder.add({index, first, start, run.context_frame});
    }
    at = run.end_sample();
    from = run.end_frame();
  }
  ModelSample end = heard_end_of(item);
  if (end == item.end_sample) end = std::max(end, around.samples_to);
  if (at < end && !item.runs.empty()) {
    const Frame until = std::min(around.to, item.flush_frame.value_or(around.to));
    finder.add({index, at, from, std::min(until, from + frames_of(end - at))});
  }
}

}  // namespace

LostPlay lost_play(const std::vector<ModelItem>& items, const Holes& holes, Frame length) {
  LostPlay found;
  Finder finder(holes, found);
  std::vector<Around> around(items.size());
  Around after{.to = length};
  for (std::size_t i = items.size(); i-- > 0;) {
    around[i] = after;
    if (items[i].written) continue;
    after.samples_to = items[i].first_sample;
    if (!items[i].runs.empty()) after.to = items[i].runs.front().context_frame;
  }
  ModelSample samples_from(0);
  Frame from(0);
  for (std::size_t i = 0; i < items.size(); ++i) {
    around[i].samples_from = samples_from;
    around[i].from = from;
    find_in(items[i], i, around[i], finder);
    samples_from = std::max(samples_from, items[i].end_sample);
    if (!items[i].runs.empty()) from = std::max(from, items[i].runs.back().end_frame());
  }
  return found;
}

std::vector<ModelItem> with_lost_runs(std::vector<ModelItem> items,
                                      const std::vector<LostPlay::Run>& runs) {
  for (const auto& [item, run] : runs) items[item].runs.push_back(run);
  for (const auto& [item, run] : runs) {
    std::ranges::sort(items[item].runs, {}, &RenderedRun::first_sample);
  }
  return items;
}

}  // namespace reprise::recording
