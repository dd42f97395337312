#pragma once

#include <string>
#include <vector>

#include "features/studies/studies.hpp"

namespace reprise::studies {

/// The name of a participant: "P3".
std::string name_of(const Participant& participant);
/// Everything of a study joined in one table, one line for each participant who has begun; with its
/// head. Scores stand beside the answers that they are made of. Pure.
std::string table_of(const Study& study, const std::vector<Participant>& participants);

}  // namespace reprise::studies
