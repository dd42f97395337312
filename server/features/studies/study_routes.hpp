#pragma once

#include <cstdint>
#include <functional>

#include "features/studies/studies.hpp"
#include "features/studies/study_zip.hpp"
#include "platform/http/http.hpp"

namespace reprise::studies {

/// What the routes need. Everything outlives them.
struct StudyServices {
  Studies& studies;
  FilesOf files_of;
  BlockingPool& pool;
  std::function<std::int64_t()> now_utc_ns;
};

/// What researchers use (api/openapi.yaml, "studies").
http::Routes study_routes(const StudyServices& services);

}  // namespace reprise::studies
