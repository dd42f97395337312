#pragma once

// The rows of the interaction log, within a transaction.

#include <cstdint>

#include "features/analytics/interactions.hpp"

namespace reprise::analytics {

/// Stores what can be stored of a batch and moves the rest into `refused`.
Logged add_events(database::Transaction& transaction, const access::UserId& owner,
                  const Batch& batch);

/// The columns of `stored_of`.
inline constexpr std::string_view kEventColumns =
    "number, at_utc_ns, event_id, kind, live_session_id, data";
Stored stored_of(const database::Row& row);

/// An event as the API gives it.
boost::json::object to_api(const Event& event);

}  // namespace reprise::analytics
