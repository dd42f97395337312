#pragma once

// Sound for tests, made when they run. People speak with flite's program, never with espeak.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>
#include <stdexcept>
#include <string>

#include "emulator/speech/samples.hpp"

namespace reprise::emulator::fixtures {

/// `text` in a voice of the flite program (`rms`, `slt`) at 16 kHz.
inline Samples said(const std::string& voice, const std::string& text) {
  std::string path = "/tmp/reprise-emulator-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) throw std::runtime_error("no temporary file");
  const std::string command = "flite -voice " + voice + " -t \"" + text + "\" -o " + path;
  const int status = std::system(command.c_str());
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  std::remove(path.c_str());
  if (status != 0 || bytes.size() < 44) throw std::runtime_error("flite failed: " + command);
  Samples samples((bytes.size() - 44) / 2);
  std::copy(bytes.begin() + 44,
            bytes.begin() + 44 + static_cast<std::ptrdiff_t>(samples.size() * 2),
            reinterpret_cast<char*>(samples.data()));
  return samples;
}

inline Samples silence(double seconds) {
  return Samples(static_cast<std::size_t>(seconds * kEarHz), 0);
}

inline Samples tone(double hz, double seconds, double amplitude = 16'000) {
  Samples samples = silence(seconds);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    samples[n] = static_cast<std::int16_t>(
        amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / kEarHz));
  }
  return samples;
}

/// `amplitude` is the standard deviation.
inline Samples white_noise(double seconds, double amplitude) {
  std::mt19937 random(7);
  std::normal_distribution<double> next(0, amplitude);
  Samples samples = silence(seconds);
  for (std::int16_t& sample : samples) {
    sample = static_cast<std::int16_t>(std::clamp(next(random), -32'000.0, 32'000.0));
  }
  return samples;
}

/// Noise whose power falls by 3 dB per octave: white noise through low-pass filters an octave
/// apart.
inline Samples pink_noise(double seconds, double amplitude) {
  std::mt19937 random(8);
  std::normal_distribution<double> next(0, amplitude / 3);
  std::array<double, 8> poles{};
  Samples samples = silence(seconds);
  for (std::int16_t& sample : samples) {
    const double white = next(random);
    double sum = 0;
    double part = 1;
    for (double& pole : poles) {
      pole += (white - pole) * part;
      sum += pole;
      part /= 2;
    }
    sample = static_cast<std::int16_t>(std::clamp(sum, -32'000.0, 32'000.0));
  }
  return samples;
}

/// Noise whose power falls by 6 dB per octave.
inline Samples brown_noise(double seconds, double amplitude) {
  std::mt19937 random(5);
  std::normal_distribution<double> next(0, amplitude / 10);
  Samples samples = silence(seconds);
  double sum = 0;
  for (std::int16_t& sample : samples) {
    sum = 0.995 * sum + next(random);
    sample = static_cast<std::int16_t>(std::clamp(sum, -32'000.0, 32'000.0));
  }
  return samples;
}

/// The same sound with an effective level in dB against full scale.
inline Samples at_level(Samples samples, double level_db) {
  double energy = 0;
  for (const std::int16_t sample : samples) energy += static_cast<double>(sample) * sample;
  const double now = std::sqrt(energy / static_cast<double>(samples.size()));
  const double gain = 32'768 * std::pow(10, level_db / 20) / now;
  for (std::int16_t& sample : samples) {
    sample = static_cast<std::int16_t>(std::clamp(std::round(sample * gain), -32'000.0, 32'000.0));
  }
  return samples;
}

inline Samples operator+(Samples first, const Samples& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace reprise::emulator::fixtures
