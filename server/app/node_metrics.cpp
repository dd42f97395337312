#include "app/node_metrics.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace reprise::app {
namespace {

// Fields of /proc/self/stat behind the name of the program, counted from the state (proc(5)).
constexpr std::size_t kUserTicks = 11;
constexpr std::size_t kSystemTicks = 12;
constexpr std::size_t kThreads = 17;
constexpr std::size_t kStartTicks = 19;
constexpr std::size_t kResidentPages = 21;

std::string metric(std::string_view name, std::string_view type, std::string_view help,
                   std::string_view value) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
}
std::string gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  return metric(name, "gauge", help, std::to_string(value));
}

std::string file_text(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<std::uint64_t> whole_number(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// When the machine was started; 0 where the kernel does not say.
double boot_utc_seconds() {
  const std::string text = file_text("/proc/stat");
  constexpr std::string_view kLine = "\nbtime ";
  const std::size_t at = text.find(kLine);
  if (at == std::string::npos) return 0;
  const auto words = words_of(std::string_view(text).substr(at + kLine.size()));
  return words.empty() ? 0 : static_cast<double>(whole_number(words.front()).value_or(0));
}

std::uint64_t open_files() {
  std::error_code error;
  std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return 0;
  std::uint64_t count = 0;
  for (; files != std::filesystem::directory_iterator(); files.increment(error)) ++count;
  return count;
}

}  // namespace

std::optional<ProcessUse> read_stat(std::string_view text, double boot, double ticks_per_second,
                                    std::uint64_t page_bytes) {
  // The name stands in brackets, and may hold brackets and blanks.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto words = words_of(text.substr(name_end + 1));
  if (words.size() <= kResidentPages) return std::nullopt;
  std::array<std::uint64_t, 5> values{};
  std::size_t next = 0;
  for (const std::size_t at : {kUserTicks, kSystemTicks, kThreads, kStartTicks, kResidentPages}) {
    const auto value = whole_number(words[at]);
    if (!value) return std::nullopt;
    values[next++] = *value;
  }
  const auto [user, system, threads, start, pages] = values;
  return ProcessUse{.cpu_seconds = static_cast<double>(user + system) / ticks_per_second,
                    .start_utc_seconds = boot + static_cast<double>(start) / ticks_per_second,
                    .resident_bytes = pages * page_bytes,
                    .threads = threads};
}

std::optional<ProcessUse> process_use() {
  auto use = read_stat(file_text("/proc/self/stat"), boot_utc_seconds(),
                       static_cast<double>(::sysconf(_SC_CLK_TCK)),
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  if (!use) return std::nullopt;
  use->open_files = open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) use->open_files_max = limit.rlim_cur;
  return use;
}

std::string node_metrics(const NodeState& node) {
  std::string text = fmt::format(
      "# HELP reprise_build_info The version, as a label\n# TYPE reprise_build_info gauge\n"
      "reprise_build_info{{version=\"{}\"}} 1\n",
      REPRISE_VERSION);
  text += gauge("reprise_ready", "1 while this node takes requests, as /readyz says",
                node.ready ? 1 : 0);
  if (node.free_bytes) {
    text += gauge("reprise_store_free_bytes", "Space left on the disk of the recordings",
                  *node.free_bytes);
  }
  return text;
}

std::string process_metrics(const ProcessUse& process) {
  return metric("process_cpu_seconds_total", "counter", "Processor time, user and system",
                fmt::format("{:.2f}", process.cpu_seconds)) +
         metric("process_start_time_seconds", "gauge", "Start, in seconds since the Unix epoch",
                fmt::format("{:.2f}", process.start_utc_seconds)) +
         gauge("process_resident_memory_bytes", "Memory in use", process.resident_bytes) +
         gauge("process_threads", "Threads", process.threads) +
         gauge("process_open_fds", "Open files and sockets", process.open_files) +
         gauge("process_max_fds", "How many may be open", process.open_files_max);
}

}  // namespace reprise::app
