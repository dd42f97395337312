#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprise::recording {

/// How many missing chunks are named one by one.
inline constexpr std::size_t kMissingNamedMax = 1000;

/// The numbers 0 … `last` that are not in `stored`, ascending, at most kMissingNamedMax of them.
/// `stored` is ascending without repeats; numbers above `last` are ignored. `last` −1: no chunk is
/// expected.
std::vector<std::int64_t> missing_seqs(std::span<const std::int64_t> stored, std::int64_t last);

}  // namespace reprise::recording
