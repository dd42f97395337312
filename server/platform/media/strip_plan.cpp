#include "platform/media/strip_plan.hpp"

#include <utility>

namespace reprise::media {

bool StripPlan::add(std::int64_t at_ns) {
  const bool full = times_ns_.size() >= kStripTilesMax;
  if (full) {
    keep_every_second(times_ns_);
    spacing_ns_ *= 2;
  }
  times_ns_.push_back(at_ns);
  next_ns_ = at_ns + spacing_ns_ - kStripSlack.count();
  return full;
}

}  // namespace reprise::media
