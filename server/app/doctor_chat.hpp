#pragma once

#include <cstdio>

#include "app/settings.hpp"

namespace reprise::app {

/// `reprise doctor chat`: asks each service that answers what is typed for its models and for a
/// short answer as a stream, with the settings of `serve`. Prints each step with its time and the
/// service's own words, but no secret. Returns 0 when everything worked, otherwise 1.
int doctor_chat(const ServeOptions& options, std::FILE* out);

}  // namespace reprise::app
