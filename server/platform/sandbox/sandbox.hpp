#pragma once

// Runs a program on bytes that nobody trusts (ffmpeg, pdftoppm), so that a flaw in it reaches
// nothing: no network, no other files, no further rights, little memory and time.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace reprise::sandbox {

struct Limits {
  std::chrono::seconds wall{30};
  std::uint64_t processor_seconds = 20;
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  ///< of address space
  std::uint64_t file_bytes = std::uint64_t{32} << 20;   ///< of each file that it writes
  std::uint64_t descriptors = 32;
  std::size_t output_bytes_max = 64 * 1024;  ///< of what it prints; the rest is dropped
};

struct Command {
  std::string program;  ///< an absolute path
  std::vector<std::string> arguments;
  std::filesystem::path folder;  ///< where it runs; the only place where it may write
  Limits limits = {};
};

struct Ended {
  int status = -1;      ///< of its exit; -1: a signal ended it
  bool in_time = true;  ///< false: it was ended by the wall clock
  std::string output = {};
};

/// Where a program of the system lies; empty: it is not installed.
std::optional<std::string> find_program(std::string_view name);

/// Runs a program to its end, or kills it with all that it has begun. The child can have no socket,
/// gains no rights and sees no environment. Blocks: use it in a pool only. Throws std::system_error
/// when it could not be begun.
Ended run(const Command& command);

}  // namespace reprise::sandbox
