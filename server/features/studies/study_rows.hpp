#pragma once

// The rows of studies, within a transaction.

#include <optional>
#include <string>
#include <vector>

#include "features/studies/studies.hpp"

namespace reprise::studies {

/// Empty: absent, or out of reach.
std::optional<Study> study_in(database::Transaction& transaction, const access::Reach& reach,
                              const StudyId& id);
/// The ids of a user's studies, the newest first.
std::vector<StudyId> study_ids(database::Transaction& transaction, const access::UserId& owner,
                               const std::optional<std::string>& task_id);
/// Writes the conditions of a study; those that are there are changed.
void store_conditions(database::Transaction& transaction, const StudyId& id,
                      const std::vector<study::Condition>& conditions);
void add_consent(database::Transaction& transaction, const StudyId& id, std::int64_t version,
                 const std::string& text, std::int64_t now_utc_ns);
/// In the order of their numbers, with answers and talks.
std::vector<Participant> participants_in(database::Transaction& transaction, const StudyId& id);

/// A stored questionnaire or its answers. Throws DatabaseError (Damaged).
study::Part part_of(const std::string& text);
study::Answers answers_of(const std::optional<std::string>& text);

}  // namespace reprise::studies
