#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

/// Turns an utterance into text with pocketsphinx: first with the grammar of commands; when that is
/// not sure enough, with the English model. Equal sound gives equal text, whatever was heard
/// before.
///
/// Holds at most `recognisers` decoders (about 105 MB each once the English model is loaded). A
/// decoder is made when it is first needed, which takes about a second.
class Ears {
 public:
  explicit Ears(std::size_t recognisers);
  ~Ears();
  /// Lower-case words, or empty when nothing was understood (noise, a cough, a beep). `utterance`:
  /// mono at 16 kHz. Blocks while it works, and while all decoders are busy. Any thread. Throws
  /// std::runtime_error when the models cannot be loaded. `wanted` is asked before each of the two
  /// passes; when it says no, the rest is not done and the text is empty.
  std::string understand(
      std::span<const std::int16_t> utterance,
      const std::function<bool()>& wanted = [] { return true; });

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::emulator
