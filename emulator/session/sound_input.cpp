#include "emulator/session/sound_input.hpp"

#include <cstring>

namespace reprise::emulator {

Samples SoundInput::samples_of(const SoundBytes& sound) {
  Bytes bytes;
  bytes.reserve(sound.data.size() + 1);
  if (odd_) bytes.push_back(*odd_);
  odd_.reset();
  bytes.insert(bytes.end(), sound.data.begin(), sound.data.end());
  if (bytes.size() % 2 == 1) {
    odd_ = bytes.back();
    bytes.pop_back();
  }
  Samples samples(bytes.size() / 2);
  if (!bytes.empty()) std::memcpy(samples.data(), bytes.data(), bytes.size());
  if (sound.rate_hz != rate_hz_) {
    rate_hz_ = sound.rate_hz;
    resampler_.reset();
    if (rate_hz_ != kEarHz) resampler_.emplace(Rates{.from_hz = rate_hz_, .to_hz = kEarHz});
  }
  return resampler_ ? resampler_->process(samples) : samples;
}

}  // namespace reprise::emulator
