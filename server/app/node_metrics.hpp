#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reprise::app {

/// What this process takes from the machine, as the kernel counts it.
struct ProcessUse {
  double cpu_seconds = 0;
  double start_utc_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
};
/// Of this process, now. Empty where there is no /proc.
std::optional<ProcessUse> process_use();
/// Reads `/proc/self/stat`. `boot_utc_seconds`: from `/proc/stat`. Leaves the files at zero; empty
/// when the text is not what the kernel writes.
std::optional<ProcessUse> read_stat(std::string_view text, double boot_utc_seconds,
                                    double ticks_per_second, std::uint64_t page_bytes);

/// How this node stands.
struct NodeState {
  bool ready = false;                       ///< what /readyz says
  std::optional<std::uint64_t> free_bytes;  ///< empty: objects lie in a bucket
};

/// Both in the text exposition format 0.0.4. The names of the process are those of every
/// Prometheus client.
std::string node_metrics(const NodeState& node);
std::string process_metrics(const ProcessUse& process);

}  // namespace reprise::app
