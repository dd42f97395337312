#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/async.hpp"
#include "emulator/protocol/token_store.hpp"
#include "emulator/session/handle_store.hpp"
#include "emulator/speech/ears.hpp"
#include "emulator/talk/scenario.hpp"

namespace reprise::emulator {

/// What all sessions share. Owned by `main`, outlives the server.
struct Services {
  Scenario scenario;
  std::string key;                        ///< the one API key that is accepted
  std::function<std::uint64_t()> random;  ///< any thread; equal seeds give equal numbers
  TokenStore tokens;
  HandleStore handles;
  BlockingPool& listening;  ///< recognition; one thread per recogniser
  Ears& ears;
  BlockingPool& speaking;  ///< synthesis and pictures
};

}  // namespace reprise::emulator
