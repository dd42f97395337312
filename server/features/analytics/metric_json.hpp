#pragma once

#include <boost/json/object.hpp>

#include "features/analytics/metrics.hpp"

namespace reprise::analytics {

/// A report as the API gives it. Puts its lengths into another order.
boost::json::object to_api(const ReportWanted& wanted, Answered& answered);
/// A session of a list. `own`: those who ask may open it, so they get its chat and recording.
boost::json::object to_api(SessionRow session, bool own);

}  // namespace reprise::analytics
