#pragma once

#include <algorithm>
#include <iterator>

#include "features/analytics/log_routes.hpp"
#include "features/analytics/metric_routes.hpp"

namespace reprise::analytics {

/// All of the feature.
inline http::Routes routes(Interactions& log, Metrics& metrics, BlockingPool& reads) {
  http::Routes all = log_routes(log);
  std::ranges::move(metric_routes(metrics, reads), std::back_inserter(all));
  return all;
}

}  // namespace reprise::analytics
