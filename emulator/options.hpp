#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace reprise::emulator {

struct Options {
  std::string host = "localhost";
  std::uint16_t port = 8081;
  std::optional<std::uint64_t> seed;
  std::string scenario_path;  ///< empty: no scenario
  std::string key = "emulator-key";
  bool help = false;
  bool version = false;
};

extern const char* const kUsage;

/// Reads the arguments after the program's name. The error names the wrong argument and the reason.
std::expected<Options, std::string> read_options(std::span<const char* const> arguments);

}  // namespace reprise::emulator
