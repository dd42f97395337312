#include "emulator/session/surroundings.hpp"

#include <ctime>
#include <tuple>

namespace reprise::emulator {

Surroundings surroundings_of(const Services& services) {
  const std::time_t seconds = services.now_utc_ns() / 1'000'000'000;
  std::tm local{};
  localtime_r(&seconds, &local);
  Surroundings around{.hour = local.tm_hour, .minute = local.tm_min};
  if (services.scenario.clock) {
    std::tie(around.hour, around.minute) = *services.scenario.clock;
  }
  return around;
}

}  // namespace reprise::emulator
