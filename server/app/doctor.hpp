#pragma once

#include <cstdio>

#include "app/settings.hpp"

namespace reprise::app {

/// `reprise doctor gemini`: tries everything that a live session needs from the model's service,
/// with the settings of `serve`. Prints each step with its time and the service's own words, but no
/// secret. Returns 0 when everything worked, otherwise 1.
int doctor_gemini(const ServeOptions& options, std::FILE* out);

}  // namespace reprise::app
