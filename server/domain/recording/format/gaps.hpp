#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprise::recording {

/// How many missing chunks are named one by one.
inline constexpr std::size_t kMissingNamedMax = 1000;

/// The numbers 0 … `last` that are not in `stored` (ascending, without repeats; what lies beyond
/// `last` is ignored), ascending, at most kMissingNamedMax of them. `last` −1: nothing is expected.
std::vector<std::int64_t> missing_seqs(std::span<const std::int64_t> stored, std::int64_t last);

}  // namespace reprise::recording
