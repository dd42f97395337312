#pragma once

#include <cstddef>
#include <cstdint>
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
  /// std::runtime_error when the models cannot be loaded.
  std::string understand(std::span<const std::int16_t> utterance);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace reprise::emulator
