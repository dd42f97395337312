#pragma once

#include "emulator/session/services.hpp"
#include "emulator/talk/answers.hpp"

namespace reprise::emulator {

/// What the services know: the time, local or as the scenario says. No picture.
Surroundings surroundings_of(const Services& services);

}  // namespace reprise::emulator
