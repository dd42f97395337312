#pragma once

// A made-up but plausible recording, chunk by chunk (docs/formats/recording.md): a person and a
// model talk in turns, every third answer is interrupted, a camera runs. For benchmarks and the
// hour test. Deterministic by seed; memory is flat in the length.

#include <memory>

#include "base/types.hpp"

namespace reprise::synthetic {

struct Options {
  std::int64_t seconds = 60;  ///< length; at least 20
  std::uint32_t seed = 1;
  bool camera = true;  ///< on from second 1, off from 45 % to 55 % of the length
};

class Recording {
 public:
  explicit Recording(Options options);
  ~Recording();
  /// The next sealed chunk, of one second; empty after the last one.
  Bytes next_chunk();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::synthetic
