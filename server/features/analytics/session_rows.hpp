#pragma once

// What the rows of a live session say, and the sums of it; within a transaction.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/page.hpp"
#include "domain/analytics/sums.hpp"
#include "platform/database/database.hpp"

namespace reprise::analytics {

/// A live session as analytics see it: numbers, and nothing of what was said.
struct SessionRow {
  std::string id;
  std::string chat_id;
  std::string owner_id;
  std::string model;
  std::int64_t created_utc_ns = 0;
  std::optional<std::int64_t> ended_utc_ns;
  std::optional<std::string> reason;        ///< empty while it is live
  std::optional<std::string> recording_id;  ///< of a recording that is there
  Sums sums;                                ///< of this session alone
};

/// Whose sessions. Empty: everybody's.
using Whose = std::optional<std::string>;

/// The sessions that began in [from, before), with the newest first when `wish` asks for a page.
/// `task`, `study`, `condition`: those alone that were held for it.
struct SessionsWanted {
  Whose whose;
  std::int64_t from_utc_ns = 0;
  std::int64_t before_utc_ns = 0;
  std::optional<std::string> model;
  std::optional<std::string> task;
  std::optional<std::string> study = {};
  std::optional<std::string> condition = {};
};
/// At most `count_max` of them, after a place in the list.
std::vector<SessionRow> sessions_in(database::Transaction& transaction,
                                    const SessionsWanted& wanted, const PageKey& before,
                                    std::int64_t count_max);

/// The answers to typed messages that were asked for in [from, before), by model. A model has at
/// most one entry.
struct AnswersRow {
  std::string model;
  Sums sums;
};
std::vector<AnswersRow> answers_in(database::Transaction& transaction, const std::string& owner,
                                   std::int64_t from_utc_ns, std::int64_t before_utc_ns);

}  // namespace reprise::analytics
