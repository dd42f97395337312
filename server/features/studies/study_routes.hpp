#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "features/studies/studies.hpp"
#include "features/studies/study_zip.hpp"
#include "platform/http/http.hpp"

namespace reprise::studies {

/// Whether talks can be held with a condition's model and voice (empty: the server's). `place`
/// names the condition in errors. Errors: Invalid, which names the member.
using CheckPreset =
    std::function<Task<Status>(std::string place, study::Condition condition, Deadline deadline)>;

/// What the routes need. Everything outlives them.
struct StudyServices {
  Studies& studies;
  CheckPreset check_preset;
  FilesOf files_of;
  BlockingPool& pool;
  std::function<std::int64_t()> now_utc_ns;
};

/// What researchers use (api/openapi.yaml, "studies").
http::Routes study_routes(const StudyServices& services);

}  // namespace reprise::studies
