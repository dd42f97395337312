#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "emulator/speech/samples.hpp"

namespace reprise::emulator {

/// A word of the text, with its punctuation, and its samples: [begin, end).
struct SpokenWord {
  std::string text;
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const SpokenWord&, const SpokenWord&) = default;
};

/// One spoken sentence at 24 kHz.
struct Speech {
  Samples pcm;
  std::vector<SpokenWord> words;
  friend bool operator==(const Speech&, const Speech&) = default;
};

/// Speaks English with flite's voice `slt`. Equal text gives equal sound. Blocks for about a
/// twentieth of the sentence's length; any thread, one sentence at a time. Throws
/// std::runtime_error when flite fails.
Speech speak(const std::string& sentence);

}  // namespace reprise::emulator
