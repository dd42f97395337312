#pragma once

#include "base/async.hpp"
#include "features/analytics/metrics.hpp"
#include "platform/http/http.hpp"

namespace reprise::analytics {

/// `/api/analytics/report` and `/api/analytics/sessions` (api/openapi.yaml). Both outlive the
/// routes; `reads` makes the answers.
http::Routes metric_routes(Metrics& metrics, BlockingPool& reads);

}  // namespace reprise::analytics
