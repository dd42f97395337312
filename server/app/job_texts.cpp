#include "app/job_texts.hpp"

#include <fmt/format.h>

#include <array>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace reprise::app {

using jobs::Standing;

std::string job_lines(const std::vector<jobs::JobRow>& jobs) {
  std::string text;
  for (const jobs::JobRow& job : jobs) {
    const std::string where =
        job.standing == Standing::Running   ? "on " + job.state.owner.value_or("")
        : job.standing == Standing::Waiting ? "next at " + rfc3339(job.state.run_after_utc_ns)
                                            : "not tried again";
    text +=
        fmt::format("{} {} {} attempts={} {}{}{}\n", job.kind, job.key, enum_text(job.standing),
                    job.state.attempts, where, job.last_error.empty() ? "" : ": ", job.last_error);
  }
  return text;
}

std::string job_metrics(const std::map<std::pair<std::string, Standing>, std::int64_t>& counts) {
  std::string text =
      "# HELP reprise_jobs Jobs in the database, of all nodes\n# TYPE reprise_jobs gauge\n";
  for (const jobs::Kind kind :
       {jobs::Kind::Fold, jobs::Kind::Erase, jobs::Kind::EndSilent, jobs::Kind::Pack,
        jobs::Kind::Export, jobs::Kind::RemoveExport, jobs::Kind::EraseAccount, jobs::Kind::Answer,
        jobs::Kind::CountHours}) {
    for (const Standing standing : {Standing::Running, Standing::Waiting, Standing::GivenUp}) {
      const auto found = counts.find({std::string(enum_text(kind)), standing});
      text += fmt::format("reprise_jobs{{kind=\"{}\",state=\"{}\"}} {}\n", enum_text(kind),
                          enum_text(standing), found == counts.end() ? 0 : found->second);
    }
  }
  return text;
}

}  // namespace reprise::app
