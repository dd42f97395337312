#pragma once

// Sound of the model that is here, but of which nothing tells when it was heard: the rows of
// /playout were lost with a chunk. The film is silent there.

#include <vector>

#include "domain/recording/clock/holes.hpp"
#include "domain/recording/format/media_time.hpp"
#include "domain/recording/view/view.hpp"
#include "domain/recording/words/model_items.hpp"

namespace reprise::recording {

/// A row tells of what was rendered up to this long before it came.
inline constexpr Frame kSpanRowFrames(kMediaRate);

struct LostPlay {
  /// A run that an item must have had.
  struct Run {
    std::size_t item;  ///< its index
    RenderedRun run;
  };
  std::vector<TimeRange> gaps;
  std::vector<Run> runs;
  ModelSample samples{0};
};

/// The worklet renders an item's samples in their order and leaves none out. So samples before,
/// between and after those of its rows were heard there, at most for as long as they are. Only what
/// a missing chunk can have told of counts. `length`: how far the recording has come. Pure.
LostPlay lost_play(const std::vector<ModelItem>& items, const Holes& holes, Frame length);
/// The items with these runs: their words were heard, although the film is silent there. Pure.
std::vector<ModelItem> with_lost_runs(std::vector<ModelItem> items,
                                      const std::vector<LostPlay::Run>& runs);

}  // namespace reprise::recording
