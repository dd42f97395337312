#include "app/descriptors.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

namespace reprise::app {

Result<std::size_t> connections_for(std::uint64_t open_files_max, std::size_t connections_max) {
  // Measured 2026-11-28: an idle server with 2 threads has 41 open.
  constexpr std::uint64_t kLeast = 128;
  // Descriptors for the rest: a growing view for each of 256 folds, 64 connections of the ops
  // listener, two for each of the store's 16 threads, and what an idle server has.
  constexpr std::uint64_t kReserved = 400;
  constexpr std::uint64_t kEach = 2;  // the socket, and the file that is sent
  if (open_files_max < kLeast) {
    return fail(ErrorCode::Invalid,
                fmt::format("this process may open only {} files (ulimit -n), and the server needs "
                            "at least {}; 8192 are enough for {} connections",
                            open_files_max, kLeast, connections_max));
  }
  const std::uint64_t reserved = std::min(kReserved, open_files_max / 2);
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(connections_max, (open_files_max - reserved) / kEach));
}

std::uint64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  rlimit raised = limit;
  raised.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur;
}

}  // namespace reprise::app
