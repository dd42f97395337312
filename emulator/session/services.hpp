#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "emulator/protocol/token_store.hpp"
#include "emulator/session/handle_store.hpp"
#include "emulator/speech/ears.hpp"
#include "emulator/talk/scenario.hpp"

namespace reprise::emulator {

/// What all sessions share. Owned by `main`, outlives the server.
struct Services {
  Scenario scenario;
  std::string key;  ///< the only API key that is accepted
  /// Any thread may call it; equal seeds give equal numbers.
  std::function<std::uint64_t()> random;
  TokenStore tokens;
  HandleStore handles;
  BlockingPool& listening;  ///< for recognition; one thread per recogniser
  Ears& ears;
  BlockingPool& speaking;  ///< for synthesis and pictures
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
};

}  // namespace reprise::emulator
