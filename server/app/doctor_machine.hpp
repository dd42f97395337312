#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace reprise::app {

enum class Verdict {
  Fine,
  Warning,  ///< works, but somebody should look at it
  Failed,
};

/// What a doctor says of one thing. `remedy`: what to do; empty where nothing is to be done.
struct Finding {
  std::string name;
  Verdict verdict = Verdict::Fine;
  std::string words;
  std::string remedy = {};
};

/// A file or folder, as the system describes it.
struct FileFacts {
  std::string path;
  bool exists = false;
  std::uint32_t mode = 0;   ///< the nine bits of rights
  std::uint32_t owner = 0;  ///< the number of an account
};

/// What a doctor has seen of the machine, in the order in which it is shown.
struct MachineFacts {
  std::uint32_t account = 0;  ///< that runs the doctor
  FileFacts data_dir;
  std::vector<FileFacts> secrets;
  std::string write_error;    ///< of a file in the data directory; empty: it was written
  std::int64_t write_ms = 0;  ///< until that file was durable
  std::uint64_t free_bytes = 0;
  std::optional<std::uint64_t> free_files;  ///< empty: the file system has room for any number
  std::uint64_t min_free_bytes = 0;
  std::uint64_t open_files_max = 0;
  std::optional<bool> clock_synchronised;  ///< empty: the system does not say
  std::int64_t now_utc_ns = 0;
};

/// Looks at the machine; writes one small file into the data directory, if that exists, and removes
/// it.
MachineFacts look_at_machine(const ServeOptions& options, const Environment& environment);

/// What these facts mean. Pure.
std::vector<Finding> judge_machine(const MachineFacts& facts);

}  // namespace reprise::app
