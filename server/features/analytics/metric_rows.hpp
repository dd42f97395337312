#pragma once

// The rows of what is counted: hours and days, within a transaction.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/analytics/report.hpp"
#include "features/analytics/session_rows.hpp"
#include "platform/database/database.hpp"

namespace reprise::analytics {

/// The name under which the sums of everybody are kept.
inline constexpr std::string_view kSumsOfAll;

/// Reads all sessions, a part at a time.
void each_session(database::Transaction& transaction, const SessionsWanted& wanted,
                  const std::function<void(const SessionRow&)>& use);

/// Takes the marks of some hours away, at most `hours_max`, and counts these hours and their days
/// anew. Returns how many there were.
std::int64_t count_marked(database::Transaction& transaction, std::int64_t hours_max);
/// Marks every hour.
void mark_all(database::Transaction& transaction);

/// Adds what is kept of a range: whole days as such, the rest by hours. `model`: of this one alone.
void add_kept(database::Transaction& transaction, const Whose& whose, const Range& range,
              const std::optional<std::string>& model, ReportMaker& report);
/// All models of the days that a range touches.
std::vector<std::string> models_in(database::Transaction& transaction, const Whose& whose,
                                   const Range& range);

}  // namespace reprise::analytics
