#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/jobs/jobs.hpp"

// What people and Prometheus read of the jobs.
namespace reprise::app {

/// One line for each job: kind, key, how it stands, attempts, the node or the time of the next
/// attempt, and the last error. Empty when there is none.
std::string job_lines(const std::vector<jobs::JobRow>& jobs);

/// `reprise_jobs{kind,state}` in the text exposition format, zeros included.
std::string job_metrics(
    const std::map<std::pair<std::string, jobs::Standing>, std::int64_t>& counts);

}  // namespace reprise::app
