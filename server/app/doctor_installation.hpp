#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace reprise::app {

/// The settings of `reprise serve`, and `url`.
const std::vector<Setting>& doctor_settings();

/// `reprise doctor`: looks at everything that an installation with these settings needs, and says
/// what to do where something is wrong. Changes nothing that stays; the server may run. `url`: the
/// public origin to look at; empty: the first one of the login, if there is one. Returns 0 when
/// nothing has failed, otherwise 1.
int doctor(const ServeOptions& options, const Environment& environment, const std::string& url,
           std::FILE* out);

}  // namespace reprise::app
