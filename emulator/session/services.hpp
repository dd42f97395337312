#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "emulator/protocol/token_store.hpp"
#include "emulator/session/handle_store.hpp"
#include "emulator/speech/voice.hpp"
#include "emulator/talk/scenario.hpp"
#include "emulator/text/file_store.hpp"

namespace reprise::emulator {

/// What all sessions share. Owned by `main`, outlives the server.
struct Services {
  Scenario scenario;
  std::string key;  ///< the only API key that is accepted
  /// Any thread may call it; equal seeds give equal numbers.
  std::function<std::uint64_t()> random;
  TokenStore tokens;
  HandleStore handles;
  FileStore files;
  BlockingPool& listening;  ///< for recognition; one thread per recogniser
  /// As Ears::understand. In `listening` only.
  std::function<std::string(std::span<const std::int16_t>, const std::function<bool()>& wanted)>
      understand;
  BlockingPool& speaking;  ///< for synthesis and pictures
  std::function<Speech(const std::string& sentence)> speak =
      emulator::speak;  ///< in `speaking` only
  std::function<std::int64_t()> now_utc_ns = reprise::now_utc_ns;
  std::function<std::chrono::steady_clock::time_point()> now_steady =
      std::chrono::steady_clock::now;
};

}  // namespace reprise::emulator
