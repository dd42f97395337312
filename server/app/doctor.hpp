#pragma once

#include <cstdio>

#include "app/settings.hpp"

namespace reprise::app {

/// `reprise doctor gemini`: tries everything that a live session needs of the model's service, with
/// the settings of `serve`, and prints each step with its time and the service's own words. Prints
/// no secret. 0 when all worked, else 1.
int doctor_gemini(const ServeOptions& options, std::FILE* out);

}  // namespace reprise::app
